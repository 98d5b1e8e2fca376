"""Table 5 of paper 004 as numbers: which trainings are compared, the share of the loss and its interval, padding."""

import made_papers as make
import numpy as np
import pandas as pd
import pytest
from made_papers import REAL_FRAMES
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.facts.judge import as_record, judge
from ohmcarlo_analysis.statistics.ratio import ratio_interval
from ohmcarlo_analysis.study.loading import load_study
from scipy import stats


def record(folder, files, name):
    paths = [made.write(folder / f"{index}.h5") for index, made in enumerate(files)]
    return next(as_record(each) for each in judge(load_study(paths), ids={name}))


@pytest.fixture
def table(tmp_path, numbers_only):
    """The numbers of an exhibit of these files, as its script writes them."""

    def draw(name, *files):
        paths = [made.write(tmp_path / f"{index}.h5") for index, made in enumerate(files)]
        assert main(["figure", name, *map(str, paths), "--out", str(tmp_path / "f")]) == 0
        return pd.read_csv(tmp_path / "f.csv")

    return draw


@pytest.mark.parametrize("seed", range(5))
def test_fieller_bounds_are_where_a_paired_t_test_is_just_significant(seed):
    """The definition: the interval holds the ratios r that a two-sided t-test of a - r b = 0 does not reject at 5 %."""
    random = np.random.default_rng(seed)
    b = 2.0 + 0.4 * random.standard_normal(6)
    a = 0.7 * b + 0.3 * random.standard_normal(6)
    ratio, low, high = ratio_interval(a, b)
    assert ratio == pytest.approx(a.mean() / b.mean()) and low < ratio < high
    for bound in (low, high):
        assert stats.ttest_1samp(a - bound * b, 0).pvalue == pytest.approx(0.05, rel=1e-7)


def test_fieller_gives_no_bounds_where_the_loss_is_not_clear():
    ratio, low, high = ratio_interval([1.0, 2.0, 1.5, 1.2], [-1.0, 1.5, -0.5, 0.8])
    assert np.isfinite(ratio) and np.isnan([low, high]).all()


def test_fieller_is_a_rescaled_t_interval_for_a_loss_without_spread():
    a = np.array([1.0, 1.4, 0.8, 1.1, 1.3])
    found = ratio_interval(a, np.full(5, 2.0))
    half = 2.776445105 * a.std(ddof=1) / np.sqrt(5)
    assert found == pytest.approx(((a.mean()) / 2, (a.mean() - half) / 2, (a.mean() + half) / 2), rel=1e-9)


def test_the_share_has_fiellers_interval_and_the_verdict_of_the_linear_combination(tmp_path):
    made, aware = make.lstm(), make.lstm_aware()
    lost = made.clean[1, 1] - made.accuracy[1, 1].mean(axis=-1)
    recovered = aware.accuracy[1].mean(axis=-1) - made.accuracy[1, 1].mean(axis=-1)
    found = record(tmp_path, [made, aware], "lstm-3e")
    share, low, high = ratio_interval(recovered, lost)
    assert (found["value"], found["low"], found["high"]) == pytest.approx((100 * share, 100 * low, 100 * high))
    loss, half = (stats.ttest_1samp(each, 0, alternative="greater").pvalue for each in (lost, recovered - 0.5 * lost))
    assert found["p"] == pytest.approx(max(loss, half), rel=1e-6) and found["verdict"] == "holds" and found["over"] == "trainings"


def test_half_of_no_loss_is_not_recovered(tmp_path):
    """On arrays float training is better than the float network; the other is better still: there was no loss."""
    made, aware = make.lstm(), make.lstm_aware()
    made.accuracy[1, 1] += 0.03
    aware.accuracy[1] += 0.05
    assert record(tmp_path, [made, aware], "lstm-3e")["verdict"] == "fails"


def test_a_training_that_failed_counts_on_neither_side(tmp_path):
    made, aware = make.lstm(replicas=6), make.lstm_aware(replicas=6)
    aware.accuracy[:, 4] = np.nan
    made.accuracy[1, 1, 4] -= 0.5  # a loss that the ratio must not see
    found = record(tmp_path, [made, aware], "lstm-3e")
    rest = [0, 1, 2, 3, 5]
    lost = (made.clean[1, 1] - made.accuracy[1, 1].mean(axis=-1))[rest]
    recovered = (aware.accuracy[1].mean(axis=-1) - made.accuracy[1, 1].mean(axis=-1))[rest]
    assert found["value"] == pytest.approx(100 * recovered.mean() / lost.mean())


def test_float_trainings_of_another_length_are_no_row_of_table_5(tmp_path):
    """8 float epochs stand beside 5 and 3; beside 5 and 8 they do not."""
    made, aware = make.lstm(), make.lstm_aware()
    assert record(tmp_path, [made, aware], "lstm-3c")["verdict"] == "holds"
    aware.toml = aware.toml.replace("epochs = 3", "epochs = 8", 1)
    found = record(tmp_path, [made, aware], "lstm-3c")
    assert found["verdict"] == "not tested here" and "training.epochs = 13, as many" in found["missing"]


def test_the_control_stands_beside_the_gain_and_changes_no_other_row(tmp_path, table):
    """Float training of 5 epochs, then 3 with a learning rate that begins anew; as good as that through the arrays, there is no gain."""
    made, aware, control = make.lstm(), make.lstm_aware(), make.lstm_control()
    rows = table("lstm_table5", made, aware).set_index(["row", "frames"])
    with_control = table("lstm_table5", made, aware, control).set_index(["row", "frames"])
    assert with_control.loc[rows.index].equals(rows)
    added = with_control.loc[("float training with a restart, on arrays", "real")]
    assert added["mean"] == pytest.approx(control.accuracy.mean()) and np.isnan(added["published"])
    assert record(tmp_path, [made, aware], "lstm-3f")["verdict"] == "not tested here"
    assert record(tmp_path, [made, aware, control], "lstm-3c")["verdict"] == "holds"
    assert record(tmp_path, [made, aware, control], "lstm-3f")["verdict"] == "holds"
    control.accuracy[:] = aware.accuracy[1] + 1e-4 * np.arange(5)[:, None]
    assert record(tmp_path, [made, aware, control], "lstm-3f")["verdict"] == "fails"


def test_padding_is_masked_and_counted(table):
    """Rows by hand: 49 % of the frames are real, so padded numbers have 0.49 of the masked errors, the float row's too."""
    made, aware = make.lstm(), make.lstm_aware()
    found = table("lstm_table5", made, aware).set_index(["row", "frames"])
    deployed = made.accuracy[1, 1].mean()
    assert found.loc[("float training on arrays", "real"), "mean"] == pytest.approx(deployed)
    padded = found.loc[("float training on arrays", "padding counted")]
    assert padded["mean"] == pytest.approx(1 - REAL_FRAMES * (1 - deployed)) and padded["published"] == pytest.approx(0.8253)
    float_row = found.loc[("float", "padding counted"), "mean"]
    assert float_row == pytest.approx(1 - REAL_FRAMES * (1 - made.clean[1, 1].mean()))
    lost = found.loc[("float minus float on arrays", "real"), "mean"]
    assert lost == pytest.approx(made.clean[1, 1].mean() - deployed)
    assert found.loc[("float minus float on arrays", "padding counted"), "mean"] == pytest.approx(REAL_FRAMES * lost)
    assert np.isnan(found.loc[("float", "real"), "published"])


def test_a_data_set_without_padding_has_no_padded_column(table):
    found = table("lstm_table5", make.lenet(), make.lenet_aware())
    assert set(found["frames"]) == {"real"} and found["published"].isna().all()


def test_energies_are_those_of_the_file_in_microjoule(table):
    made = make.lstm_energy()
    found = table("lstm_energy", make.lstm(), made)
    assert len(found) == 8  # of the file that has them
    row = found[(found["line"] == "tile rows 1152, converters 4") & (found["point"] == "dac.bits 8")].iloc[0]
    assert row["energy_uJ"] == pytest.approx(7.0 * 1.1) and row["mean"] == pytest.approx(made.accuracy[1, 1, 1].mean())


def test_bits_have_a_line_for_each_training_and_noise(table):
    found = table("lstm_bits", make.lstm(), make.lstm_aware(), make.lstm_bits())
    lines = {name: list(part["bits"]) for name, part in found.groupby("training")}
    four = [4, 5, 6, 8, 12]
    assert lines == {"float training, noise": four, "float training, no noise": four, "through arrays, noise": [6, 8, 12]}


def test_table_1_has_the_papers_seconds(table):
    found = table("lstm_table1", make.lstm()).set_index(["case", "noise"])
    assert found.loc[("3000 x 1152 x 128", "noisy"), "published"] == 54.5
    assert found.loc[("VGG sample; 45 arrays", "noisy"), "published"] == 1460.0
