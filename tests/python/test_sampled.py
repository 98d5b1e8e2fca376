"""Files whose chips saw samples of the test images: means as ever, spreads without what the samples add, no single chips."""

import h5py
import made_papers as make
import numpy as np
import pytest
from made_papers import METHOD, SIGMA
from ohmcarlo_analysis import check_summary, load, summarise
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.facts.claims import above, identical, spread_below
from ohmcarlo_analysis.facts.judge import as_record, judge
from ohmcarlo_analysis.papers.notes import notes
from ohmcarlo_analysis.reading.selection import choose_roles
from ohmcarlo_analysis.statistics.sampled import images_text, sampled_points
from ohmcarlo_analysis.statistics.summary import summarise_replicas
from ohmcarlo_analysis.statistics.table import points_table
from ohmcarlo_analysis.study.conditions import Missing
from ohmcarlo_analysis.study.loading import load_study
from ohmcarlo_analysis.study.study import SAMPLED
from results_file import write_results, write_summary
from scipy import stats

TEST_IMAGES, PILOT, LATER = 1000, 200, 50
SIGMAS = [0.0, 0.2]
UNTIL = {
    "trials.until.metric": "accuracy", "trials.until.half_width": 0.03, "trials.until.confidence": 0.95, "trials.until.min": 8,
    "trials.until.max": 200, "trials.until.interval": "fixed-width", "chips_per_unit": 8,
}  # fmt: skip


def metrics_of(accuracy, seen, variances):
    """The metrics of such a file. `seen`: images of every chip; `variances`: of its accuracy; that of its loss is 9 times that."""
    whole = seen == TEST_IMAGES
    classes = np.stack([accuracy, accuracy / 2], axis=-1)
    return {
        "correct": np.where(whole, accuracy * TEST_IMAGES, np.nan), "loss": 3 * (1 - accuracy), "ekl": 0.1 * (1.1 - accuracy),
        "sampled_images": seen, "accuracy_sampling_variance": variances, "loss_sampling_variance": 9 * variances,
        "class_accuracy": classes, "saturation": 0.5 + accuracy / 10,
    }  # fmt: skip


def sampled(path, replicas=1, chips=40, settings=None, sigmas=SIGMAS, seed=4, **options):
    """A file whose first point saw all images and whose second is made of samples, 32 of its chips a pilot; its accuracies."""
    random = np.random.default_rng(seed)
    shape = (2, replicas, chips)
    accuracy = np.array([0.9, 0.7])[:, None, None] + np.array([0.0, 0.05])[:, None, None] * random.standard_normal(shape)
    seen, variances = np.full(shape, float(LATER)), np.full(shape, 0.0008)
    seen[0], variances[0] = TEST_IMAGES, 0.0
    seen[1, 0, :32], variances[1, 0, :32] = PILOT, 0.0002
    settings = {"trials.images": "two-stage", **(settings or {})}
    write_results(path, {SIGMA: sigmas}, accuracy, metrics=metrics_of(accuracy, seen, variances), settings=settings, **options)
    with h5py.File(path, "a") as file:
        file["results/ekl"].attrs["pooled_over"] = "accuracy"
    return str(path), accuracy, variances


def test_only_means_over_images_are_estimates_and_only_where_samples_were_drawn(tmp_path):
    dataset = load(sampled(tmp_path / "r.h5")[0])
    for metric in ("accuracy", "loss", "ekl", "class_accuracy"):
        assert sampled_points(dataset, metric).tolist() == [False, True]
    for metric in ("saturation", "sampled_images", "correct"):
        assert sampled_points(dataset, metric).tolist() == [False, False]
    assert sampled_points(load(write_results(tmp_path / "a.h5", {SIGMA: SIGMAS}, np.full((2, 1, 3), 0.5))), "accuracy").sum() == 0


def test_means_and_intervals_are_those_of_independent_chips(tmp_path):
    path, accuracy, _ = sampled(tmp_path / "r.h5")
    plain = write_results(tmp_path / "plain.h5", {SIGMA: SIGMAS}, accuracy, metrics={"loss": 3 * (1 - accuracy)})
    for metric in ("accuracy", "loss"):
        one, other = summarise(load(path), metric), summarise(load(plain), metric)
        for name in ("mean", "ci_low", "ci_high", "chip_ci_low", "count"):
            np.testing.assert_array_equal(one[name], other[name])
    ekl = 0.1 * (1.1 - accuracy[1, 0])
    assert float(summarise(load(path), "ekl")["mean"][1]) == pytest.approx((ekl * accuracy[1, 0]).sum() / accuracy[1, 0].sum())


def test_the_spread_between_chips_is_without_that_of_the_samples(tmp_path):
    path, accuracy, variances = sampled(tmp_path / "r.h5")
    chips = accuracy[1, 0]
    expected = np.sqrt(chips.var(ddof=1) - variances[1, 0].mean())
    for summary in (summarise(load(path)), summarise_replicas(load(path)).isel(replica=0)):
        assert float(summary["sd"][1]) == pytest.approx(expected, rel=1e-12) and expected < chips.std(ddof=1) - 1e-3
        assert float(summary["sd"][0]) == 0
    assert float(summarise(load(path), "loss")["sd"][1]) == pytest.approx(3 * expected, rel=1e-12)
    assert float(summarise(load(path), "saturation")["sd"][1]) == pytest.approx(chips.std(ddof=1) / 10, rel=1e-9)


def test_samples_that_vary_more_than_chips_leave_no_spread(tmp_path):
    accuracy = 0.5 + 0.01 * np.random.default_rng(1).standard_normal((1, 1, 20))
    metrics = metrics_of(accuracy, np.full(accuracy.shape, 50.0), np.full(accuracy.shape, 0.01))
    assert float(summarise(load(write_results(tmp_path / "r.h5", {SIGMA: [0.1]}, accuracy, metrics=metrics)))["sd"]) == 0


def test_what_describes_single_chips_is_not_known(tmp_path):
    path, accuracy, _ = sampled(tmp_path / "r.h5")
    for metric in ("accuracy", "loss", "ekl", "class_accuracy"):
        summary = summarise(load(path), metric)
        for name in ("median", "min", "max"):
            assert np.isfinite(summary[name][0]).all() and np.isnan(summary[name][1]).all()
    for metric in ("ekl", "class_accuracy"):
        for summary in (summarise(load(path), metric), summarise_replicas(load(path), metric)):
            assert np.isnan(summary["sd"][1]).all() and np.isfinite(summary["sd"][0]).all()
            assert np.isfinite(summary["mean"]).all()
    assert float(summarise(load(path), "saturation")["median"][1]) == pytest.approx(0.5 + np.median(accuracy[1]) / 10)
    assert float(summarise(load(path), "correct")["count"][1]) == 0


def test_the_spread_between_trainings_stays(tmp_path):
    path, accuracy, variances = sampled(tmp_path / "r.h5", replicas=3)
    summary, replicas = summarise(load(path)), summarise_replicas(load(path))
    assert float(summary["sd"][1]) == pytest.approx(accuracy[1].mean(axis=1).std(ddof=1))
    assert np.isnan(float(summary["median"][1]))
    expected = np.sqrt(accuracy[1].var(axis=1, ddof=1) - variances[1].mean(axis=1))
    np.testing.assert_allclose(replicas["sd"][1], expected, rtol=1e-12)
    assert expected[0] != pytest.approx(np.sqrt(accuracy[1, 0].var(ddof=1) - variances[1].mean()), rel=1e-3)  # its own images


def test_a_point_without_axes_is_summarised(tmp_path):
    accuracy = 0.5 + 0.1 * np.random.default_rng(1).standard_normal((1, 20))
    metrics = metrics_of(accuracy, np.full(accuracy.shape, 50.0), np.full(accuracy.shape, 0.001))
    summary = summarise(load(write_results(tmp_path / "r.h5", {}, accuracy, metrics=metrics)))
    assert float(summary["sd"]) == pytest.approx(np.sqrt(accuracy.var(ddof=1) - 0.001)) and np.isnan(float(summary["median"]))


def test_stored_summaries_are_compared(tmp_path):
    path, accuracy, variances = sampled(tmp_path / "r.h5")
    sds = np.array([0.0, np.sqrt(accuracy[1, 0].var(ddof=1) - variances[1, 0].mean())])
    columns = {"mean": accuracy.mean(axis=(1, 2)), "sd": sds, "median": np.array([0.9, np.nan])}
    write_summary(path, "summary", "accuracy", columns, "chips")
    write_summary(path, "summary", "correct", {"mean": np.array([900.0, np.nan])})
    assert check_summary(path) < 1e-12
    with h5py.File(path, "a") as file:
        file["summary/accuracy/sd"][1] = accuracy[1].std(ddof=1)
    assert 0.05 < check_summary(path) < 1
    with h5py.File(path, "a") as file:
        file["summary/accuracy/median"][1] = np.median(accuracy[1])
    assert check_summary(path) == np.inf


# ---- the rule -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("images", "chips", "kind"), [("two-stage", 32, "fixed-width"), ("two-stage", 16, "sequence"), (300, 16, "fixed-width")]
)  # fmt: skip
def test_no_look_comes_before_the_whole_pilot(tmp_path, images, chips, kind):
    settings = {**UNTIL, "trials.images": images}
    path, *_ = sampled(tmp_path / "r.h5", chips=chips, settings=settings)
    dataset = load(path)
    assert dataset.attrs["until"].min == (32 if images == "two-stage" else 8)
    assert summarise(dataset)["interval_kind"].values[1] == kind


@pytest.mark.parametrize(("share", "kind"), [(1.01, "fixed-width"), (0.99, "sequence")])
def test_equal_chips_are_credited_with_the_spread_of_the_smallest_sample(tmp_path, share, kind):
    """A spread of sqrt(1 / (4 M n)), M = 4 of the last of n = 40 chips; the others saw 200."""
    accuracy, seen = np.full((1, 1, 40), 0.7), np.full((1, 1, 40), 200.0)
    seen[..., -1] = 4.0
    half = stats.t.ppf(0.975, 39) * np.sqrt(1 / (4 * 4 * 40)) / np.sqrt(40)
    settings = {**UNTIL, "trials.until.half_width": share * half, "trials.until.min": 40, "trials.until.max": 48}
    metrics = metrics_of(accuracy, seen, np.full(accuracy.shape, 1e-4))
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.1]}, accuracy, metrics=metrics, settings=settings)
    assert summarise(load(path))["interval_kind"].values.tolist() == [kind]


# ---- texts and figures ----------------------------------------------------------------------------------------------------


def test_tables_say_what_chips_saw(tmp_path, capsys):
    path, *_ = sampled(tmp_path / "r.h5")
    assert images_text(load(path), "accuracy") == "chips saw samples of 50 to 200 test images"
    assert images_text(load(path), "saturation") == ""
    table = points_table(load(path))
    assert table["median"].isna().tolist() == [False, True]
    assert main(["summary", path]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "# chips saw samples of 50 to 200 test images: they have no median"
    assert lines[-1].split()[-2] == "-" and lines[-2].split()[-2] != "-"
    for metric in ("correct", "ekl"):
        assert main(["summary", path, "--metric", metric]) == 0
    whole = write_results(tmp_path / "a.h5", {SIGMA: SIGMAS}, np.full((2, 1, 3), 0.5))
    capsys.readouterr()
    assert main(["summary", whole]) == 0
    assert "test images" not in capsys.readouterr().out


def test_figures_draw_no_sampled_chip(tmp_path):
    from ohmcarlo_analysis.drawing.accuracy import accuracy_figure

    def drawn(path, metric):
        dataset = load(path)
        figure, _ = accuracy_figure(dataset, choose_roles(dataset), (metric,))
        dots = [len(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() == "o"]
        names = [text.get_text() for text in figure.legends[0].get_texts()]
        return max(dots), names, " ".join("\n".join(text.get_text() for text in figure.texts).split())

    path, accuracy, _ = sampled(tmp_path / "r.h5")
    for metric in ("accuracy", "loss", "ekl"):
        most, names, note = drawn(path, metric)
        assert most == 2 and "one chip" not in names  # the means
        assert "chips saw samples of 50 to 200 test images" in note and "no single chips drawn" in note
    plain = write_results(tmp_path / "p.h5", {SIGMA: SIGMAS}, accuracy)
    most, names, note = drawn(plain, "accuracy")
    assert most == accuracy.size and "one chip" in names and "samples" not in note
    most, names, note = drawn(path, "saturation")
    assert most == accuracy.size and "samples" not in note
    drawn(path, "correct")


def test_parts_merge(tmp_path):
    whole, accuracy, variances = sampled(tmp_path / "r.h5")
    paths = []
    for place, sigma in enumerate(SIGMAS):
        with h5py.File(whole) as file:
            metrics = {name: file[f"results/{name}"][place : place + 1] for name in metrics_of(accuracy, accuracy, variances)}
        paths.append(write_results(tmp_path / f"{place}.h5", {SIGMA: [sigma]}, accuracy[place : place + 1], metrics=metrics))
    for order in (paths, paths[::-1]):
        one, merged = summarise(load(whole)), summarise(load(*order))
        for name in ("mean", "sd", "median", "ci_low"):
            np.testing.assert_array_equal(one[name], merged[name])


# ---- facts ----------------------------------------------------------------------------------------------------------------


def with_samples(made):
    """The same results of samples of 100 images."""
    variances = np.full(made.accuracy.shape, 1e-6)
    made.metrics |= {"sampled_images": np.full(made.accuracy.shape, 100.0), "accuracy_sampling_variance": variances}
    made.metrics |= {"loss_sampling_variance": variances}
    return made


def test_cells_say_that_they_are_estimates_and_differences_keep_it(tmp_path):
    study = load_study([sampled(tmp_path / "r.h5")[0]])
    one, other = (study.cells("accuracy", {SIGMA: sigma}) for sigma in SIGMAS)
    assert SAMPLED in other.coords and SAMPLED not in one.coords
    assert SAMPLED in (one - other).coords and SAMPLED not in study.cells("saturation", {SIGMA: 0.2}).coords
    assert above(other, 0.5, "x").verdict() == "holds"  # a mean
    for claim in (lambda: spread_below(other, 1.0, "x"), lambda: identical(other - other, "x")):
        with pytest.raises(Missing, match="all test images"):
            claim()


def test_facts_about_single_chips_are_not_tested_and_those_about_means_are(tmp_path):
    def outcome(path, name):
        return next(as_record(each) for each in judge(load_study([path]), ids={name}))

    path = with_samples(make.ovf()).write(tmp_path / "r.h5")
    spread = outcome(path, "ovf-7")
    assert spread["verdict"] == "not tested here" and spread["missing"].endswith('all test images (trials.images = "all")')
    assert outcome(make.ovf().write(tmp_path / "f.h5"), "ovf-7")["verdict"] == "holds"
    assert outcome(path, "ovf-3a")["verdict"] == "holds"


def test_the_report_says_how_samples_are_to_be_read(tmp_path):
    path = with_samples(make.insitu(chips=20)).write(tmp_path / "r.h5")
    assert main(["report", path, "--out", str(tmp_path / "r.html")]) == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "trials.images showed a sample" in page
    study = load_study([path])
    from ohmcarlo_analysis.papers.insitu import fig6

    assert "chips saw samples of 100 test images" in notes(study, fig6(study).table)
    assert METHOD not in study.experiments[0].axes
