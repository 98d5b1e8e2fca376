"""Files whose points have as many chips as a rule asked for: which interval each has, and that texts say so."""

import made_papers as make
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from made_papers import METHOD, SIGMA
from ohmcarlo_analysis import check_summary, load, summarise
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.facts.claims import above, below
from ohmcarlo_analysis.facts.judge import as_record, judge
from ohmcarlo_analysis.papers.notes import notes
from ohmcarlo_analysis.reading.selection import select
from ohmcarlo_analysis.reading.until import Until
from ohmcarlo_analysis.statistics.sequential import fixed_width_half, looks, sequence_half
from ohmcarlo_analysis.statistics.summary import estimate, summarise_replicas
from ohmcarlo_analysis.statistics.table import points_table
from ohmcarlo_analysis.study.loading import load_study
from ohmcarlo_analysis.study.study import RACED, SEQUENTIAL
from results_file import write_results, write_summary
from scipy import stats

IMAGES, GROUP, TARGET, MIN, MAX = 1000, 8, 0.01, 10, 200
SIGMAS = [0.0, 0.1, 0.2, 0.3]
UNTIL = {
    "trials.until.metric": "accuracy", "trials.until.half_width": TARGET, "trials.until.confidence": 0.95,
    "trials.until.min": MIN, "trials.until.max": MAX, "trials.until.interval": "fixed-width", "chips_per_unit": GROUP,
}  # fmt: skip


def rounded(values):
    return np.round(np.clip(values, 0, 1) * IMAGES) / IMAGES


def student_with_skewness(chips):
    """The fixed-width half-width of the words: Student's and Johnson's term, the spread at least that of half an image."""
    n, t = len(chips), stats.t.ppf(0.975, len(chips) - 1)
    sd = max(chips.std(ddof=1), np.sqrt(1 / (4 * IMAGES * n)))
    skew = stats.skew(chips) if np.ptp(chips) else 0.0
    return t * sd / np.sqrt(n) + abs(skew) * sd * (1 + 2 * t**2) / (6 * n)


def stop_of(chips):
    return next((n for n in looks(MIN, MAX, GROUP) if student_with_skewness(chips[:n]) <= TARGET), MAX)


def stopped(path, replicas=1, more=0, settings=(), seed=1, **options):
    """A file as the rule leaves it, and its accuracies; `more` chips of the third point ran besides."""
    random = np.random.default_rng(seed)
    sd = np.array([0.0, 0.02, 0.04, 0.2])[:, None, None]
    values = rounded(np.array([0.98, 0.9, 0.8, 0.5])[:, None, None] + sd * random.standard_normal((4, replicas, MAX)))
    counts = [stop_of(point.mean(axis=0)) for point in values]
    assert len(set(counts)) > 2 and counts[-1] == MAX and stop_of(values[-1].mean(axis=0)) == MAX, counts
    counts[2] += more
    for point, count in zip(values, counts):
        point[:, count:] = np.nan
    values = values[..., : max(counts)]
    metrics = {"correct": values * IMAGES, "loss": 2 * (1 - values), "ekl": 0.1 * (1.1 - values)}
    where = {"metrics": metrics, "settings": {**UNTIL, **dict(settings)}, **options}
    return write_results(path, {SIGMA: SIGMAS}, values, **where), values


def test_the_rule_is_read(tmp_path):
    path, values = stopped(tmp_path / "r.h5")
    dataset = load(path)
    assert dataset.attrs["until"] == Until("accuracy", TARGET, 0.95, MIN, MAX, "fixed-width")
    assert dataset["chips_per_unit"].values.tolist() == [GROUP] * 4
    assert "until" not in load(write_results(tmp_path / "fixed.h5", {}, [[0.5, 0.6]], settings={})).attrs


def test_a_point_that_the_rule_stopped_has_its_interval_and_the_others_a_sequence(tmp_path):
    path, values = stopped(tmp_path / "r.h5")
    summary = summarise(load(path))
    assert summary["interval_kind"].values.tolist() == ["fixed-width"] * 3 + ["sequence"]
    for place, point in enumerate(values[:, 0]):
        chips = point[np.isfinite(point)]
        half = student_with_skewness(chips) if place < 3 else sequence_half(MAX, chips.std(ddof=1))
        assert float(summary["ci_low"][place]) == pytest.approx(chips.mean() - half, abs=1e-12)
        assert float(summary["ci_high"][place]) == pytest.approx(min(1, chips.mean() + half), abs=1e-12)
    for name in ("low", "high"):
        np.testing.assert_array_equal(summary[f"ci_{name}"], summary[f"chip_ci_{name}"])


def test_other_metrics_and_single_trainings_have_sequences(tmp_path):
    path, values = stopped(tmp_path / "r.h5")
    dataset = load(path)
    loss = summarise(dataset, "loss")
    assert set(loss["interval_kind"].values.tolist()) == {"sequence"}
    chips = 2 * (1 - values[1, 0][np.isfinite(values[1, 0])])
    assert float(loss["ci_high"][1]) == pytest.approx(chips.mean() + float(sequence_half(len(chips), chips.std(ddof=1))))
    replicas = summarise_replicas(dataset)
    count = int(np.isfinite(values[1, 0]).sum())
    expected = values[1, 0][:count].mean() - float(sequence_half(count, values[1, 0][:count].std(ddof=1)))
    assert float(replicas["ci_low"][1, 0]) == pytest.approx(expected)


def test_a_pooled_divergence_has_the_sequence_of_its_linearised_error(tmp_path):
    path, values = stopped(tmp_path / "r.h5")
    ekl = summarise(load(path), "ekl")
    accuracy = values[2, 0][np.isfinite(values[2, 0])]
    images, own = accuracy * IMAGES, 0.1 * (1.1 - accuracy)
    ratio = (own * images).sum() / images.sum()
    error = np.sqrt((((own - ratio) * images) ** 2).sum() * len(own) / (len(own) - 1)) / images.sum()
    half = float(sequence_half(len(own), error * np.sqrt(len(own))))
    assert float(ekl["ci_high"][2]) == pytest.approx(ratio + half) and ekl["interval_kind"][2] == "sequence"


def test_several_trainings_keep_students_interval_over_them(tmp_path):
    path, values = stopped(tmp_path / "r.h5", replicas=3)
    summary = summarise(load(path))
    means = np.nanmean(values[1], axis=1)
    half = stats.t.ppf(0.975, 2) * means.std(ddof=1) / np.sqrt(3)
    assert summary.attrs["interval_over"] == "trainings"
    assert float(summary["ci_low"][1]) == pytest.approx(means.mean() - half)
    assert summary["interval_kind"].values.tolist() == ["fixed-width"] * 3 + ["sequence"]
    chips = values[1][:, np.isfinite(values[1]).all(axis=0)].mean(axis=0)
    assert float(summary["chip_ci_low"][1]) == pytest.approx(chips.mean() - student_with_skewness(chips), abs=1e-12)
    last = values[3].mean(axis=0)
    assert float(summary["chip_ci_high"][3]) == pytest.approx(last.mean() + float(sequence_half(MAX, last.std(ddof=1))))


def test_a_training_that_diverged_is_left_out_of_the_rule(tmp_path):
    path, values = stopped(tmp_path / "r.h5")
    two = np.concatenate([values, np.full_like(values, np.nan)], axis=1)
    states = np.repeat(np.isfinite(values).astype(int), 2, axis=1)
    metrics = {"correct": two * IMAGES}
    path = write_results(tmp_path / "two.h5", {SIGMA: SIGMAS}, two, state=states, metrics=metrics, settings=UNTIL)
    assert summarise(load(path))["interval_kind"].values.tolist() == ["fixed-width"] * 3 + ["sequence"]


def test_chips_beyond_the_stop_make_it_a_sequence(tmp_path):
    path, _ = stopped(tmp_path / "r.h5", more=3)
    assert summarise(load(path))["interval_kind"].values.tolist() == ["fixed-width", "fixed-width", "sequence", "sequence"]
    values = load(path)["accuracy"].values
    values[1, 0, 5] = np.nan  # a gap, as in the file of a running job
    path = write_results(tmp_path / "gap.h5", {SIGMA: SIGMAS}, values, metrics={"correct": values * IMAGES}, settings=UNTIL)
    assert summarise(load(path))["interval_kind"].values.tolist() == ["fixed-width"] + ["sequence"] * 3


def test_a_choice_of_trainings_is_not_what_the_rule_decided_on(tmp_path):
    dataset = load(stopped(tmp_path / "r.h5", replicas=2)[0])
    assert set(summarise(select(dataset, ["replica=1"]))["interval_kind"].values.tolist()) == {"sequence"}
    assert set(summarise(select(dataset, ["trial=3,4"]))["interval_kind"].values.tolist()) == {"sequence"}
    assert summarise(select(dataset, ["sigma=0.1"]))["interval_kind"].values.tolist() == ["fixed-width"]
    assert dataset.attrs["until"].half_width == TARGET  # the whole is as it was


def test_units_may_differ_between_points(tmp_path):
    """At the second point each chip is a unit of its own: its rule looks elsewhere, so the stop of whole groups is none."""
    settings = {"chips_per_unit": ((SIGMA,), [GROUP, 1, GROUP, GROUP])}
    path, values = stopped(tmp_path / "r.h5", settings=settings)
    count = int(np.isfinite(values[1, 0]).sum())
    assert count not in looks(MIN, MAX)
    assert summarise(load(path))["interval_kind"].values.tolist() == ["fixed-width", "sequence", "fixed-width", "sequence"]


def test_bounded_metrics_end_at_their_bounds(tmp_path):
    random = np.random.default_rng(2)
    accuracy = rounded(1 - 0.3 * random.random((1, 1, 24)) ** 4)
    loss, drift = 0.5 * random.random(accuracy.shape) ** 8, random.standard_normal(accuracy.shape)
    metrics = {"correct": accuracy * IMAGES, "loss": loss, "drift": drift}
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.1]}, accuracy, metrics=metrics, settings=UNTIL)
    dataset = load(path)
    assert float(summarise(dataset)["ci_high"]) == 1.0 and float(summarise(dataset, "loss")["ci_low"]) == 0.0
    assert float(summarise(dataset, "drift")["ci_low"]) < 0


def test_too_few_chips_have_no_interval(tmp_path):
    values = rounded(0.5 + 0.1 * np.random.default_rng(1).standard_normal((1, 1, 9)))
    metrics = {"correct": values * IMAGES}
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.1]}, values, metrics=metrics, settings=UNTIL)
    summary = summarise(load(path))
    assert np.isnan(float(summary["ci_low"])) and summary["interval_kind"].values.tolist() == ["sequence"]


def test_a_stored_summary_of_kinds_is_compared(tmp_path):
    path, _ = stopped(tmp_path / "r.h5")
    dataset, codes = load(path), {"student": 0, "fixed-width": 1, "sequence": 2, "betting": 3}
    columns = {name: column.values for name, column in summarise(dataset).items() if name not in ("min", "max", "replicas")}
    columns["interval_kind"] = np.array([codes[kind] for kind in columns["interval_kind"]], np.uint8)
    write_summary(path, "summary", "accuracy", columns, "chips")
    assert check_summary(path) == 0
    import h5py

    with h5py.File(path, "a") as file:
        file["summary/accuracy/interval_kind"][3] = 1
    assert check_summary(path) == 0.5


def test_shards_whose_trial_axes_differ_in_length_merge(tmp_path):
    whole, values = stopped(tmp_path / "r.h5")
    paths = []
    for name, points in (("a", [0, 1]), ("b", [2, 3])):
        part = values[points]
        part = part[..., : int(np.isfinite(part).sum(axis=-1).max())]
        metrics = {"correct": part * IMAGES, "loss": 2 * (1 - part), "ekl": 0.1 * (1.1 - part)}
        axes = {SIGMA: [SIGMAS[point] for point in points]}
        paths.append(write_results(tmp_path / f"{name}.h5", axes, part, metrics=metrics, settings=UNTIL))
    assert load(paths[0]).sizes["trial"] < load(paths[1]).sizes["trial"]
    for order in (paths, paths[::-1]):
        for metric in ("accuracy", "ekl"):
            one, merged = summarise(load(whole), metric), summarise(load(*order), metric)
            for name in one.data_vars:
                np.testing.assert_array_equal(one[name].values, merged[name].values, err_msg=name)


def test_shards_of_other_rules_have_sequences(tmp_path):
    path, values = stopped(tmp_path / "a.h5")
    stricter = {**UNTIL, "trials.until.half_width": TARGET / 2}
    other = write_results(tmp_path / "b.h5", {SIGMA: [0.5]}, values[:1], metrics={"correct": values[:1] * IMAGES}, settings=stricter)
    fixed = write_results(tmp_path / "c.h5", {SIGMA: [0.5]}, values[:1], metrics={"correct": values[:1] * IMAGES}, settings={})
    for second in (other, fixed):
        for order in ((path, second), (second, path)):
            assert set(summarise(load(*order))["interval_kind"].values.tolist()) == {"sequence"}


def test_tables_say_the_kind_of_every_point(tmp_path, capsys):
    path, _ = stopped(tmp_path / "r.h5")
    assert points_table(load(path))["interval_kind"].tolist() == ["fixed-width"] * 3 + ["sequence"]
    assert points_table(load(path), "loss")["interval_kind"].tolist() == ["sequence"] * 4
    assert main(["summary", path]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split()[-1] == "interval" and [line.split()[-1] for line in lines[3:]] == ["fixed-width"] * 3 + ["sequence"]
    assert main(["summary", path, "--metric", "loss"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "sequence (anytime-valid)" in lines[1] and lines[2].split()[-1] == "clean"  # all alike: no column
    assert main(["summary", stopped(tmp_path / "t.h5", replicas=2)[0]]) == 0
    assert "sequence" not in capsys.readouterr().out  # over trainings


def test_the_words_of_a_fixed_number_of_chips_stay(tmp_path, capsys):
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.0, 0.1]}, [[[0.5, 0.6]], [[0.5, 0.7]]], settings={})
    assert points_table(load(path))["interval_kind"].tolist() == ["student"] * 2
    assert "interval_kind" not in summarise(load(path))
    assert main(["summary", path]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("95 % interval over chips (for this trained network)")


def test_the_confidence_is_the_rules(tmp_path, capsys):
    path, values = stopped(tmp_path / "r.h5", settings={"trials.until.confidence": 0.9})
    chips = values[3, 0]
    assert float(summarise(load(path))["ci_low"][3]) == pytest.approx(chips.mean() - sequence_half(MAX, chips.std(ddof=1), 0.9))
    assert main(["summary", path]) == 0
    assert "90 % interval over chips" in capsys.readouterr().out


def test_a_figure_says_the_kinds(tmp_path, numbers_only):
    from ohmcarlo_analysis.drawing.accuracy import accuracy_figure
    from ohmcarlo_analysis.reading.selection import choose_roles

    def words(path):
        dataset = load(path)
        return "\n".join(text.get_text() for text in accuracy_figure(dataset, choose_roles(dataset))[0].texts)

    path, _ = stopped(tmp_path / "r.h5")
    assert "fixed-width at 3 points, sequence (anytime-valid) at 1 point" in words(path)
    assert "fixed-width" not in words(stopped(tmp_path / "t.h5", replicas=2)[0])
    assert main(["accuracy", path, "--out", str(tmp_path / "f")]) == 0
    assert pd.read_csv(tmp_path / "f.csv")["interval_kind"].tolist() == ["fixed-width"] * 3 + ["sequence"]


# ---- facts, figures and tables of the papers ------------------------------------------------------------------------------


def until(made, counts=None, **changes):
    """The same results, in whose file the rule decided on the number of chips."""
    rule = {**UNTIL, "trials.until.half_width": 1e-9, "trials.until.max": 5000, **changes}
    lines = {"data.set": "mnist", "network.architecture": "mlp", "training.noise_sigma": "tested", "deployment.steps": "[]"}
    written = {"training.logit_scale": 1.0, "hardware.mapping": "mid-point", "hardware.variation.clip": "none"}
    made.settings = {**lines, **written, "hardware.defects.layers": "all", "deployment.calibrate.groups": 1, **rule}
    for key in made.axes:
        made.settings.pop(key, None)
    if counts is not None:
        for index, count in zip(np.ndindex(made.accuracy.shape[:-2]), counts):
            made.accuracy[index][..., count:] = np.nan
    return made


def outcome(path, name):
    return next(as_record(each) for each in judge(load_study([path]), ids={name}))


def test_claims_over_chips_are_tested_by_the_sequence(tmp_path):
    fixed = make.insitu(chips=60)
    path = fixed.write(tmp_path / "fixed.h5")
    other = until(make.insitu(chips=60), [60, 40, 60, 48] * 3).write(tmp_path / "until.h5")
    before, after = outcome(path, "insitu-4"), outcome(other, "insitu-4")
    assert before["statistic"].startswith("t(") and after["statistic"].startswith("sequence (anytime-valid) of ")
    assert before["verdict"] == after["verdict"] == "holds" and after["over"] == "chips"
    assert after["high"] - after["low"] > before["high"] - before["low"]


def test_a_claim_at_its_threshold_is_undecided_for_the_sequence_though_not_for_a_t_test(tmp_path):
    """2.3 standard errors above: Student's one-sided p is 1 %, that of the sequence is not even 5 %."""
    results = {}
    for name, change in (("fixed", lambda made: made), ("until", until)):
        made = make.insitu(chips=64)
        noise = np.random.default_rng(3).standard_normal(64)
        chips = 0.02 * (noise - noise.mean()) / noise.std(ddof=1)
        made.accuracy[made.at(rate=0.10, steps=make.NONE)] = 0.30 + 2.3 * 0.02 / 8 + chips
        results[name] = outcome(change(made).write(tmp_path / f"{name}.h5"), "insitu-2a")
    assert results["fixed"]["verdict"] == "holds" and results["until"]["verdict"] == "undecided"


def test_every_step_of_a_trend_is_tested_by_the_sequence(tmp_path):
    made = until(make.ovf(replicas=1, chips=60), [60, 60, 60, 60, 48] * 3)
    record = outcome(made.write(tmp_path / "r.h5"), "ovf-6a")
    assert record["verdict"] == "holds" and "sequence (anytime-valid) of " in record["statistic"]


def test_a_claim_on_the_wrong_side_fails():
    chips = xr.DataArray(np.random.default_rng(9).normal(0.5, 0.05, (1, 64)), {SEQUENTIAL: True}, ("replica", "trial"))
    assert [above(chips, level, "x").verdict() for level in (0.4, 0.6)] == ["holds", "fails"]
    assert [below(chips, level, "x").verdict() for level in (0.4, 0.6)] == ["fails", "holds"]
    assert above(chips, float(chips.mean()) - 1e-4, "x").verdict() == "undecided"


def test_a_false_claim_rarely_holds_however_often_one_looks():
    """Chips at the threshold, claimed to be above it, looked at 12 times: held at any look in at most 5 % (beyond one in a million)."""
    random, runs, held = np.random.default_rng(8), 200, {"sequence": 0, "student": 0}
    for _ in range(runs):
        chips = random.normal(0.5, 0.05, (1, 400))
        for kind, coordinate in (("sequence", {SEQUENTIAL: True}), ("student", {})):
            parts = (xr.DataArray(chips[:, :n], coordinate, ("replica", "trial")) for n in looks(30, 400, GROUP))
            held[kind] += any(above(part, 0.5, "x").verdict() == "holds" for part in parts)
    assert stats.binom.sf(held["sequence"] - 1, runs, 0.05) > 1e-6 and stats.binom.sf(held["student"] - 1, runs, 0.05) < 1e-4


def test_raced_trainings_are_tested_by_the_sequence():
    """Tuned for 10: at its own level the sequence ends where the p-value is 5 %; chips within a training do not count as many."""
    values = np.random.default_rng(11).normal(0.5, 0.05, (12, 1)) + np.random.default_rng(12).normal(0, 0.01, (12, 30))
    raced = xr.DataArray(values, {RACED: True, SEQUENTIAL: True}, ("replica", "trial"))
    means, c = values.mean(axis=1), 10 / 8.211968062
    ratio = ((12 + c) / (c * 0.05**2)) ** (1 / 12)
    half = means.std() * np.sqrt((ratio - 1) / (1 - ratio * c / (12 + c)))
    claim = above(raced, means.mean() - half, "x")
    assert claim.statistic == "sequence (anytime-valid) of 12 trainings" and claim.over == "trainings"
    assert claim.p == pytest.approx(0.05, abs=1e-6) and claim.low == pytest.approx(means.mean() - half, abs=1e-9)
    assert above(raced.mean("trial"), 0.4, "x").statistic == claim.statistic
    fixed = above(raced.drop_vars([RACED, SEQUENTIAL]), means.mean() - half, "x")
    assert fixed.statistic.startswith("t(") and fixed.p < 0.01


def test_claims_over_trainings_keep_their_t_test(tmp_path):
    record = outcome(until(make.ovf()).write(tmp_path / "r.h5"), "ovf-3a")
    assert record["verdict"] == "holds" and record["statistic"].startswith("t(") and record["over"] == "trainings"


def test_spreads_of_such_chips_are_not_tested(tmp_path):
    record = outcome(until(make.ovf()).write(tmp_path / "r.h5"), "ovf-7")
    assert record["verdict"] == "not tested here" and "trials.count" in record["missing"]
    assert outcome(make.ovf().write(tmp_path / "f.h5"), "ovf-7")["verdict"] == "holds"


def test_exhibits_say_sequence(tmp_path):
    from ohmcarlo_analysis.papers.insitu import fig6

    study = load_study([until(make.insitu(chips=60), [60, 40, 60, 48] * 3).write(tmp_path / "r.h5")])
    table = fig6(study).table
    assert set(table[table["count"] > 0]["interval_kind"]) == {"sequence"}
    assert "intervals over chips: sequence (anytime-valid)" in notes(study, table)
    fixed = load_study([make.insitu().write(tmp_path / "f.h5")])
    assert not any("intervals over" in piece for piece in notes(fixed, fig6(fixed).table))


def test_the_interval_of_one_point_is_that_of_the_summary(tmp_path):
    path, _ = stopped(tmp_path / "r.h5")
    study, summary = load_study([path]), summarise(load(path))
    for place, sigma in enumerate(SIGMAS):
        found = study.interval("accuracy", {SIGMA: sigma})
        assert (found.low, found.high) == (float(summary["ci_low"][place]), float(summary["ci_high"][place]))
        assert found.kind == summary["interval_kind"].values[place]


def test_a_difference_has_the_sequence_of_the_chips_that_both_have(tmp_path):
    made = until(make.ovf(replicas=1, chips=60), [60, 48, 40, 32, 24] * 3)
    study = load_study([made.write(tmp_path / "r.h5")])
    wheres = [{METHOD: name, SIGMA: 0.3} for name in ("ovf", "plain")]
    change = (study.cells("accuracy", wheres[0]) - study.cells("accuracy", wheres[1])).values
    change = change[np.isfinite(change)]
    found = study.interval_of_difference("accuracy", *wheres)
    assert found.kind == "sequence" and found.count == len(change) < 60
    assert found.high - found.mean == pytest.approx(float(sequence_half(len(change), change.std(ddof=1))))


def test_the_report_says_how_intervals_are_to_be_read(tmp_path):
    path = until(make.insitu(chips=60), [60, 40, 60, 48] * 3).write(tmp_path / "r.h5")
    assert main(["report", path, "--out", str(tmp_path / "r.html")]) == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert ">interval</th>" in page and ">sequence (anytime-valid)<" in page and "trials.until decided" in page
    assert main(["report", make.insitu().write(tmp_path / "f.h5"), "--out", str(tmp_path / "f.html")]) == 0
    page = (tmp_path / "f.html").read_text(encoding="utf-8")
    assert ">interval</th>" not in page and "trials.until" not in page and "sequence" not in page


def test_estimates_of_a_rule_with_an_unknown_number_of_images_per_chip(tmp_path):
    """No chip got an image right: the spread credited to equal chips is that of one image, and nothing breaks."""
    path = write_results(
        tmp_path / "r.h5", {SIGMA: [0.1]}, np.zeros((1, 1, 24)), metrics={"correct": np.zeros((1, 1, 24))}, settings=UNTIL
    )  # fmt: skip
    assert estimate(load(path), "accuracy")["interval_kind"].values.tolist() == ["sequence"]
    assert fixed_width_half(24, np.sqrt(1 / 96), 0.0) > TARGET
