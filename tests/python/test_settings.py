"""Settings come from the file: as resolved in /settings, and from the frozen table only where an older file is silent."""

import made_papers as make
import numpy as np
import pytest
from made_papers import GROUPS, LAYERS, METHOD, RATE, SIGMA, STEPS, THRESHOLD
from ohmcarlo_analysis import ResultsFileError, load, summarise
from ohmcarlo_analysis.facts.judge import as_record, judge
from ohmcarlo_analysis.papers.catalogue import EXHIBITS, PAPERS
from ohmcarlo_analysis.reading import frozen
from ohmcarlo_analysis.reading.reader import open_results, read_dataset, read_settings
from ohmcarlo_analysis.reading.settings import parse_experiment
from ohmcarlo_analysis.statistics.summary import chance_level
from ohmcarlo_analysis.study.conditions import EqualTo
from ohmcarlo_analysis.study.loading import load_study
from results_file import write_results

NAN = np.nan
SCALE, NOISE = "training.logit_scale", "training.noise_sigma"


def resolved(made):
    """These results as a file of schema 1.1: what the program says of every key that it reads, and of no other."""
    written = parse_experiment(made.toml)
    axes = made.axes
    settings = {
        "data.set": "mnist", "network.architecture": "mlp", "network.hidden": "[100]", "training.method": "plain", "classes": 10,
        "hardware.simulate": "weights", "training.optimizer": "adam", "trials.common_random_numbers": True, **written,
    }  # fmt: skip
    methods = list(axes.get(METHOD, [settings[METHOD]]))
    over = (METHOD,) if METHOD in axes else ()
    noisy = np.array([method in ("noise-injection", "ovf") for method in methods])
    if SIGMA in axes and noisy.any():
        values = np.where(noisy[:, None], np.array(axes[SIGMA])[None, :], NAN)
        settings[NOISE] = ((*over, SIGMA), values if over else values[0])
    scale = np.where([method in ("plain", "noise-injection") for method in methods], settings.get(SCALE, 1.0), NAN)
    settings.pop(SCALE, None)
    if over or not np.isnan(scale[0]):
        settings[SCALE] = (over, scale) if over else float(scale[0])
    if settings["hardware.simulate"] == "arrays":
        settings = {"hardware.mapping": "one-sided", "hardware.variation.clip": "none", **settings}
    if RATE in axes or RATE in written:
        settings = {LAYERS: "all", **settings}
    else:
        settings = {SIGMA: 0.0, "hardware.faults.rate": 0.0, **settings}
    for key in axes:
        settings.pop(key, None)
    _deployment(settings, axes)
    made.settings = settings
    return made


def _deployment(settings, axes):
    steps = axes.get(STEPS, [settings.setdefault(STEPS, "[]")] if STEPS not in axes else None)
    over = (STEPS,) if STEPS in axes else ()
    for key, step, default in ((GROUPS, "calibrate", 1.0), (THRESHOLD, "in-situ", 1e-2)):
        value = settings.pop(key, default)
        if key in axes:
            continue
        read = np.array([value if step in text else NAN for text in steps])
        if over:
            settings[key] = (over, read)
        elif not np.isnan(read[0]):
            settings[key] = value


def records(folder, files, name):
    paths = [made.write(folder / f"{name}{index}.h5") for index, made in enumerate(files)]
    return [as_record(outcome) for outcome in judge(load_study(paths))], paths


def test_files_with_and_without_settings_give_the_same_facts_and_numbers(tmp_path, monkeypatch):
    for paper in PAPERS:  # the numbers of figures, not their lines
        monkeypatch.setattr(paper, "line_figure", lambda *arguments: None)
    old, old_paths = records(tmp_path, make.everything(), "old")
    new, new_paths = records(tmp_path, [resolved(made) for made in make.everything()], "new")
    for one, other in zip(old, new, strict=True):
        assert one == other
    assert {record["verdict"] for record in new} == {"holds", "not tested here"}  # ovf-1 is decided by no results file
    for name, draw in EXHIBITS.items():
        if name.endswith(("fig6", "fig5", "gains", "fig3")):
            tables = []
            for paths in (old_paths, new_paths):
                study = load_study(paths)
                tables.append([_table(draw, part) for part in study.setups().values()])
            assert tables[0] == tables[1], name


def _table(draw, study):
    from ohmcarlo_analysis.study.conditions import Missing

    try:
        return draw(study).table.to_csv()
    except Missing as lack:
        return str(lack)


def test_a_default_that_differs_from_the_frozen_one_is_read_from_the_file(tmp_path):
    """The experiment file does not name the mapping; the file says that it was mid-point, the frozen table one-sided."""
    made = make.insitu()
    made.toml = made.toml.replace('mapping = "mid-point"\n', "")
    assert frozen.DEFAULTS["hardware.mapping"] == "one-sided"
    verdict = lambda files, name: {each["id"]: each["verdict"] for each in records(tmp_path, files, name)[0]}  # noqa: E731
    old = verdict([made], "old")
    assert old["insitu-2a"] == "not tested here" and old["insitu-5"] == "fails"
    made = resolved(made)
    made.settings["hardware.mapping"] = "mid-point"
    new = verdict([made], "new")
    assert new["insitu-2a"] == "holds" and new["insitu-5"] == "not tested here"


def test_what_no_point_reads_is_nothing_and_has_no_default(tmp_path):
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.0, 0.1]}, np.full((2, 1, 3), 0.5), settings={"data.set": "mnist"})
    study = load_study([path])
    assert study.values("hardware.mapping") == [] and study.values("data.set") == ["mnist"] and study.values(SIGMA) == [0.0, 0.1]
    assert not study.has("accuracy", {"hardware.mapping": "one-sided"}) and study.has("accuracy", {SIGMA: 0.1})


def test_numbers_truths_texts_and_lists_keep_their_types(tmp_path):
    wanted = {"training.epochs": np.int64(3), "training.rate": 0.5, "training.flip": np.bool_(False), "network.hidden": "[9]"}
    path = write_results(tmp_path / "r.h5", {}, [[0.5]], settings=wanted)
    with open_results(path) as file:
        settings = read_settings(file, read_dataset(file, path))
    assert settings.resolved and settings.shared == wanted and type(settings.shared["training.flip"]) is bool


def two_axes(path, settings, values=None):
    axes = {METHOD: ["plain", "noise-injection"], SIGMA: [0.0, 0.1, 0.2]}
    values = np.arange(2 * 3 * 1 * 4, dtype=float).reshape(2, 3, 1, 4) / 100 if values is None else values
    return write_results(path, axes, values, settings={"data.set": "mnist", **settings}), values


def test_a_key_that_varies_is_asked_point_by_point(tmp_path):
    path, values = two_axes(tmp_path / "r.h5", {NOISE: ((METHOD, SIGMA), [[NAN, NAN, NAN], [0.1, 0.1, 0.2]])})
    study = load_study([path])
    tested = {NOISE: EqualTo(SIGMA, "tested")}
    assert study.values(NOISE) == [0.1, 0.2] and study.values(NOISE, {METHOD: "plain"}) == []
    assert study.values(SIGMA, tested) == [0.1, 0.2] and study.values(METHOD, tested) == ["noise-injection"]
    np.testing.assert_array_equal(study.cells("accuracy", {**tested, SIGMA: 0.1}).values, values[1, 1])
    np.testing.assert_array_equal(study.cells("accuracy", {NOISE: 0.1, SIGMA: 0.0}).values, values[1, 0])
    assert not study.has("accuracy", {**tested, SIGMA: 0.0})


def test_points_that_are_no_rectangle_leave_the_others_out(tmp_path):
    """noise_sigma = 0.1 at (noise, 0) and (plain, 0.2) only: neither axis alone says which."""
    path, values = two_axes(tmp_path / "r.h5", {NOISE: ((METHOD, SIGMA), [[0.3, NAN, 0.1], [0.1, 0.2, NAN]])})
    part = load_study([path]).experiments[0].narrowed({NOISE: 0.1})
    kept = part.metric("accuracy")
    assert kept.shape == (2, 2, 1, 4) and int(kept.notnull().sum()) == 8
    assert part.values(METHOD) == ["plain", "noise-injection"] and part.narrowed({METHOD: "plain", SIGMA: 0.0}) is None
    np.testing.assert_array_equal(part.narrowed({METHOD: "plain"}).dataset["accuracy"].values.ravel(), values[0, 2].ravel())


def test_a_swept_key_that_some_points_do_not_read(tmp_path):
    made = make.ovf().only(METHOD, "plain", "ovf")
    made.axes["training.ovf.beta"] = [1e-3, 1e-1]
    for name in ("accuracy", "clean"):
        setattr(made, name, np.stack([getattr(made, name)] * 2, axis=2))
    made.metrics = {}
    made.settings = {"data.set": "mnist", "training.ovf.beta": ((METHOD, "training.ovf.beta"), [[NAN, NAN], [1e-3, 1e-1]])}
    study = load_study([made.write(tmp_path / "r.h5")])
    beta = "training.ovf.beta"
    assert study.values(beta, {METHOD: "plain"}) == [] and study.values(beta, {METHOD: "ovf"}) == [1e-3, 1e-1]
    assert study.has("accuracy", {METHOD: "plain", SIGMA: 0.1}) and not study.has("accuracy", {METHOD: "plain", beta: 1e-3})


def test_shards_that_differ_in_a_setting_are_joined(tmp_path):
    paths = []
    for index, sigma in enumerate((0.1, 0.2)):
        values = np.full((1, 1, 3), 0.5 + index / 10)
        settings = {"data.set": "mnist", NOISE: sigma}
        paths.append(write_results(tmp_path / f"{index}.h5", {SIGMA: [sigma]}, values, settings=settings))
    study = load_study(paths)
    assert study.values("data.set") == ["mnist"] and study.values(NOISE) == [0.1, 0.2]
    assert float(study.cells("accuracy", {NOISE: 0.2}).mean()) == pytest.approx(0.6)


def test_an_older_and_a_newer_file_pair_by_what_both_say(tmp_path):
    for epochs, verdict in (("", "holds"), ("epochs = 50\n", "not tested here")):
        control = resolved(make.control())
        control.toml = control.toml.replace("logit_scale", f"{epochs}logit_scale")
        found, _ = records(tmp_path, [make.ovf(), control], "mixed")
        assert next(each for each in found if each["id"] == "ovf-5b")["verdict"] == verdict


def test_two_newer_files_pair_only_with_equal_settings(tmp_path):
    for optimizer, verdict in (("adam", "holds"), ("sgd", "not tested here")):
        control = resolved(make.control())
        control.settings["training.optimizer"] = optimizer
        found, _ = records(tmp_path, [resolved(make.ovf()), control], "new")
        record = next(each for each in found if each["id"] == "ovf-5b")
        assert record["verdict"] == verdict and (verdict == "holds" or "training.optimizer (sgd and adam)" in record["missing"])


def test_classes_are_those_of_the_file(tmp_path):
    path = write_results(tmp_path / "r.h5", {}, [[0.06, 0.06]], attributes={"classes": 35}, settings={"data.set": "speech"})
    assert chance_level(load(path)) == 1 / 35 and int(summarise(load(path))["collapsed"]) == 1
    axes = {"data.set": ["mnist", "cifar100"]}
    settings = {"classes": (("data.set",), [10, 100])}
    path = write_results(tmp_path / "s.h5", axes, np.full((2, 1, 2), 0.12), attributes={"classes": 10}, settings=settings)
    assert summarise(load(path))["collapsed"].values.tolist() == [1, 0]  # 12 %: chance for ten classes, not for a hundred


def test_damaged_settings_are_named(tmp_path):
    path = write_results(tmp_path / "r.h5", {}, [[0.5]], attributes={"experiment_toml": "no toml ["})
    with pytest.raises(ResultsFileError, match="r.h5 .experiment_toml"):
        load_study([path])
