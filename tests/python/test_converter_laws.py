"""The laws behind the figures of paper 001, against known answers, sums of their own and numbers drawn by scipy."""

import numpy as np
import pytest
from ohmcarlo_analysis.papers.converter_laws import current_sd, drawn_currents, level_probabilities, misread_probability
from scipy import stats

KNOWN = [  # sum, scale, levels: {level: probability}
    (3.3, 0.3, 16, {2: 0.062497, 3: 0.595789, 4: 0.321258, 5: 0.017333}),
    (-1.0, 0.5, 4, {0: 0.824035, 1: 0.151526, 2: 0.021508, 3: 0.002930}),
    (17.2, 0.3, 16, {13: 0.001231, 14: 0.034516, 15: 0.964207}),
    (1.4, 0.3, 4, {0: 0.045776, 1: 0.536585, 2: 0.393562, 3: 0.024078}),
]


@pytest.mark.parametrize(("value", "scale", "levels", "known"), KNOWN)
def test_known_probabilities_of_levels(value, scale, levels, known):
    found = level_probabilities([value], 1.0, scale, levels)[0]
    assert [found[level] for level in known] == pytest.approx(list(known.values()), abs=6e-7)
    assert found.sum() == pytest.approx(1.0, abs=1e-14)


def test_a_sum_at_a_centre_keeps_its_level():
    scales = [0.05, 0.1, 0.2, 0.3, 0.5, 1.0]
    known = [0.999909, 0.986614, 0.848284, 0.682262, 0.462117, 0.244919]
    own = [level_probabilities([40.0], 1.0, scale, 81)[0, 40] for scale in scales]
    assert own == pytest.approx(known, abs=6e-7)
    assert [level_probabilities([80.0], 2.0, 2 * scale, 81)[0, 40] for scale in scales] == pytest.approx(known, abs=6e-7)


@pytest.mark.parametrize("value", [-2.0, 0.0, 1.4, 3.5, 9.0])
def test_tails_that_are_clipped_are_what_a_converter_does(value):
    """Probabilities of rounding and clipping a sum with noise, by scipy's logistic law."""
    noise = stats.logistic(scale=0.4)
    upper = noise.cdf(np.array([0.5, 1.5, 2.5]) - value)
    expected = np.diff(np.concatenate([[0.0], upper, [1.0]]))
    assert level_probabilities([value], 1.0, 0.4, 4, "clip")[0] == pytest.approx(expected, rel=1e-12)


def test_far_from_all_levels_probabilities_are_still_numbers():
    for tails in ("normalise", "clip"):
        found = level_probabilities([-1e4, 1e4], 1.0, 0.1, 16, tails)
        assert np.isfinite(found).all() and found[0, 0] == pytest.approx(1.0, abs=1e-4) and found[1, 15] == found[0, 0]


def test_known_shares_of_misread_currents():
    known = {0.08: [0.005584, 0.047831, 0.104997, 0.079825], 0.05: [0.000009, 0.001545, 0.009493, 0.012224]}
    for cell_cv, shares in known.items():
        assert misread_probability([4, 8, 12, 16], 16, cell_cv, 0.1) == pytest.approx(shares, abs=6e-7)


@pytest.mark.parametrize("on", [0, 3, 16])
def test_drawn_currents_have_the_closed_law(on):
    """Kolmogorov-Smirnov's exact test at one in a million, of the normal law with the closed sd; one 6 % larger is refused."""
    currents = drawn_currents(on, 16, 0.08, 0.1, 40000, np.random.default_rng(on))
    mean, sd = on + 0.1 * (16 - on), current_sd(on, 16, 0.08, 0.1)
    assert stats.kstest(currents, stats.norm(mean, sd).cdf).pvalue > 1e-6
    assert stats.kstest(currents, stats.norm(mean, 1.06 * sd).cdf).pvalue < 1e-6
