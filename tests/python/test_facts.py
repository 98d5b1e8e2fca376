"""Every fact of the papers: true in made results, false when spoilt, not tested when what it needs is taken away."""

import json

import made_papers as make
import numpy as np
import pytest
from made_papers import (
    BITS, COMBINED, GROUPS, LAMBDA, LAW, LAYERS, METHOD, NOISE, NONE, ON, RATE, ROWS, SERIAL, SIGMA, STEPS, THRESHOLD, TRAINED_NOISE,
)  # fmt: skip
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.facts.judge import PAPERS, as_record, judge
from ohmcarlo_analysis.study.loading import load_study
from scipy import stats


def verdicts(folder, *files, about=None):
    """{id: record} of the fact `about`, of all facts by default; two set-ups that decide one make a list."""
    paths = [made.write(folder / f"{index}.h5") for index, made in enumerate(files)]
    found = {}
    for outcome in judge(load_study(paths), ids=None if about is None else {about}):
        found.setdefault(outcome.id, []).append(as_record(outcome))
    return {name: records[0] if len(records) == 1 else records for name, records in found.items()}


def of_kurtosis(change):
    made = make.kurtosis()
    change(made)
    return [made]


def of_ovf(change, data="mnist"):
    made = make.ovf() if data == "mnist" else make.resnet()
    change(made)
    return [made, make.control()] if data == "mnist" else [made]


def of_insitu(change):
    made = make.insitu()
    change(made)
    return [made]


def of_concrete(change):
    made = make.concrete()
    change(made)
    return [made]


def of_lstm(change, other=lambda made: None):
    made, aware = make.lstm(), make.lstm_aware()
    change(made)
    other(aware)
    return [made, aware]


def of_lenet(change, other=lambda made: None):
    made, aware = make.lenet(), make.lenet_aware()
    change(made)
    other(aware)
    return [made, aware]


def put(metric, values, **where):
    """A change: the metric (or accuracy, clean) at these points becomes `values` of its old ones."""

    def change(made):
        array = getattr(made, metric) if metric in ("accuracy", "clean") else made.metrics[metric]
        array[made.at(**where)] = values(array[made.at(**where)])

    return change


def plus(value):
    return lambda old: old + value


def swapped(metric, axis, one, other):
    """A change: two values of an axis exchange their numbers."""

    def change(made):
        array = getattr(made, metric) if metric in ("accuracy", "clean") else made.metrics[metric]
        place = list(made.axes).index(axis)
        order = list(range(len(made.axes[axis])))
        a, b = made.axes[axis].index(one), made.axes[axis].index(other)
        order[a], order[b] = b, a
        array[...] = np.take(array, order, axis=place)

    return change


def both_methods(gain):
    """A change: Concrete is so much more accurate than STE everywhere."""

    def change(made):
        stays = made.accuracy[made.at(method="ste-adc", noise="false")]
        made.accuracy[made.at(method="concrete-adc", noise="true")] = stays + gain

    return change


def layer_rises(made):
    made.metrics["kurtosis"][made.at(lambda_=1e-2) + (Ellipsis, 3)] = 1.95  # the fourth layer alone goes up again


def wide_chips(made):
    made.accuracy += 0.2 * np.random.default_rng(5).standard_normal(made.accuracy.shape)


def narrow_chips(made):
    spread = 1e-5 * np.random.default_rng(5).standard_normal(made.accuracy.shape)
    made.accuracy[...] = made.accuracy.mean(axis=-1, keepdims=True) + spread


def zero(change):
    def files():
        main = make.ovf()
        other = make.ovf_without_negatives(main)
        change(other)
        return [main, other]

    return files


def one_ulp(made):
    made.accuracy[0, 2, 1, 3] = np.nextafter(made.accuracy[0, 2, 1, 3], 1.0)


def made_of(function, change, **options):
    def files():
        made = function(**options)
        change(made)
        return [made]

    return files


def unchanged(made):
    pass


def changed(made, change):
    change(made)
    return made


FALSE = {
    "kurtosis-1a": lambda: of_kurtosis(layer_rises),
    "kurtosis-1b": lambda: of_kurtosis(put("kurtosis", plus(0.2), lambda_=2.0)),
    "kurtosis-2": lambda: of_kurtosis(put("kurtosis", lambda old: old / 4, lambda_=10.0)),
    "kurtosis-3a": lambda: of_kurtosis(put("clean", plus(0.02), lambda_=2.0)),
    "kurtosis-3b": lambda: of_kurtosis(put("clean", plus(0.05), lambda_=10.0)),
    "kurtosis-3c": lambda: of_kurtosis(put("clean", plus(-0.03), lambda_=5e-3)),
    "kurtosis-4": lambda: of_kurtosis(swapped("relative_error", LAMBDA, 1e-3, 1e-1)),
    "kurtosis-5a": lambda: of_kurtosis(put("weight_entropy", plus(3.0), lambda_=0.0)),
    "kurtosis-5b": lambda: of_kurtosis(put("weight_entropy", plus(4.0), lambda_=10.0)),
    "kurtosis-6a": lambda: of_kurtosis(put("accuracy", plus(0.1), lambda_=0.0)),
    "kurtosis-6b": lambda: of_kurtosis(put("accuracy", plus(0.04), lambda_=0.0, sigma=0.05)),
    "kurtosis-7": lambda: of_kurtosis(put("accuracy", plus(0.05), lambda_=2.0, sigma=0.05)),
    "kurtosis-8": lambda: of_kurtosis(put("accuracy", plus(-0.04), lambda_=0.0, sigma=0.0)),
    "concrete-2a": lambda: of_concrete(both_methods(0.002)),
    "concrete-2b": lambda: of_concrete(both_methods(-0.01)),
    "concrete-2c": lambda: of_concrete(put("accuracy", plus(-0.1), method="ste-adc", noise="true")),
    "concrete-2d": lambda: of_concrete(put("accuracy", plus(-0.1), method="concrete-adc")),
    "concrete-3": lambda: of_concrete(put("accuracy", plus(-0.02), method="concrete-adc")),
    "concrete-4": made_of(make.concrete_bits, put("accuracy", plus(-0.01), bits=4)),
    "concrete-5a": made_of(make.concrete_bits, put("accuracy", plus(-0.01), bits=5)),
    "concrete-5b": made_of(make.concrete_rows, put("accuracy", plus(0.06), noise="true", rows=128)),
    "lstm-3a": lambda: of_lstm(put("accuracy", plus(-0.01), model="none", serial="false")),
    "lstm-3b": lambda: of_lstm(put("accuracy", plus(0.03), model="polynomial", serial="true")),
    "lstm-3c": lambda: of_lstm(unchanged, put("accuracy", plus(-0.02), bits=8)),
    "lstm-3d": lambda: of_lstm(unchanged, put("accuracy", plus(0.01), bits=8)),
    "lstm-3e": lambda: of_lstm(unchanged, put("accuracy", plus(-0.01), bits=8)),
    "lstm-3f": lambda: [*of_lstm(unchanged), changed(make.lstm_control(), put("accuracy", plus(0.01)))],
    "lstm-4a": lambda: of_lenet(unchanged, put("accuracy", plus(0.006))),
    "lstm-4b": lambda: [make.vgg(), changed(make.vgg_aware(), put("accuracy", plus(-0.03)))],
    "lstm-5a": made_of(make.lstm_bits, put("accuracy", plus(-0.02), bits=8, model="none")),
    "lstm-5b": made_of(make.lstm_bits, put("accuracy", plus(0.01), bits=12, model="polynomial")),
    "ovf-2": zero(one_ulp),
    "ovf-3a": lambda: of_ovf(put("accuracy", plus(0.2), method="plain", sigma=0.1)),
    "ovf-3b": lambda: of_ovf(put("accuracy", plus(0.4), method="plain", sigma=0.4)),
    "ovf-4a": lambda: of_ovf(put("accuracy", plus(-0.05), method="ovf", sigma=0.3)),
    "ovf-4b": lambda: of_ovf(put("accuracy", plus(0.2), method="ovf", sigma=0.1), "cifar10"),
    "ovf-5a": lambda: of_ovf(put("ekl", lambda old: old * 3, method="ovf", sigma=0.3)),
    "ovf-5b": lambda: of_ovf(put("ekl", lambda old: old / 2, method="ovf", sigma=0.3)),
    "ovf-6a": lambda: of_ovf(swapped("accuracy", SIGMA, 0.1, 0.3)),
    "ovf-6b": lambda: of_ovf(put("accuracy", plus(0.2), method="plain", sigma=0.4), "cifar10"),
    "ovf-7": lambda: of_ovf(wide_chips),
    "insitu-1": lambda: of_insitu(put("accuracy", plus(-0.4), rate=0.15, steps=COMBINED)),
    "insitu-2a": lambda: of_insitu(put("accuracy", plus(0.3), rate=0.10, steps=NONE)),
    "insitu-2b": lambda: of_insitu(put("accuracy", plus(-0.15), rate=0.20, steps=NONE)),
    "insitu-3a": lambda: of_insitu(put("accuracy", plus(-0.13), rate=0.10, steps=make.CALIBRATE)),
    "insitu-3b": lambda: of_insitu(put("accuracy", plus(0.2), rate=0.20, steps=make.CALIBRATE)),
    "insitu-3c": made_of(make.groups, put("accuracy", plus(-0.2), groups=56)),
    "insitu-3d": made_of(make.groups, put("accuracy", plus(-0.01), groups=784)),
    "insitu-4": lambda: of_insitu(put("accuracy", plus(-0.2), rate=0.20, steps=COMBINED)),
    "insitu-5": made_of(make.insitu, put("accuracy", plus(-0.1), rate=0.10, steps=NONE), mapping="one-sided"),
    "insitu-6": made_of(make.one_layer, swapped("accuracy", LAYERS, "[1]", "[2]")),
    "insitu-7a": made_of(make.thresholds, swapped("accuracy", THRESHOLD, 1e-3, 1e-1)),
    "insitu-7b": made_of(make.thresholds, swapped("writes", THRESHOLD, 1e-3, 1e-2)),
}


def lacking(metric):
    return lambda made: made.metrics.pop(metric)


def drop(key, *values):
    return lambda made: made.without(key, *values)


def text(old, new):
    def change(made):
        assert old in made.toml
        made.toml = made.toml.replace(old, new)

    return change


MISSING = {  # files that lack one thing the fact needs, and a word of what is said
    "kurtosis-1a": (lambda: of_kurtosis(lacking("kurtosis")), "kurtosis"),
    "kurtosis-1b": (lambda: of_kurtosis(drop(LAMBDA, 2.0, 10.0)), "lambda >= 2"),
    "kurtosis-2": (lambda: of_kurtosis(lacking("clean_loss")), "clean_loss"),
    "kurtosis-3a": (lambda: of_kurtosis(drop(LAMBDA, 1e-3)), "clean_accuracy at"),
    "kurtosis-3b": (lambda: of_kurtosis(drop(LAMBDA, 10.0)), "clean_accuracy at"),
    "kurtosis-3c": (lambda: of_kurtosis(drop(LAMBDA, 5e-3)), "0.005"),
    "kurtosis-4": (lambda: of_kurtosis(lacking("relative_error")), "relative_error"),
    "kurtosis-5a": (lambda: of_kurtosis(lacking("weight_entropy")), "weight_entropy"),
    "kurtosis-5b": (lambda: of_kurtosis(drop(LAMBDA, 2.0, 10.0)), "lambda >= 2"),
    "kurtosis-6a": (lambda: of_kurtosis(drop(SIGMA, 0.05)), "0.05"),
    "kurtosis-6b": (lambda: of_kurtosis(drop(LAMBDA, 0.0)), "lambda = 0"),
    "kurtosis-7": (lambda: of_kurtosis(drop(LAMBDA, 2.0)), "0, 2 and 10"),
    "kurtosis-8": (lambda: of_kurtosis(text('simulate = "arrays"', 'simulate = "weights"')), "hardware.simulate = arrays"),
    "concrete-1": (lambda: of_concrete(lambda made: None), "single conversions"),
    "concrete-2a": (lambda: of_concrete(drop(ON, 0.3, 0.6)), "accuracy of Concrete and STE at"),
    "concrete-2b": (lambda: of_concrete(drop(TRAINED_NOISE, "true")), "on_sd > 0"),
    "concrete-2c": (lambda: of_concrete(drop(LAW, "logistic")), "STE with noise"),
    "concrete-2d": (lambda: [make.concrete(replicas=4)], "at least 5 trainings"),
    "concrete-3": (lambda: of_concrete(drop(LAW, "none")), "noise = none"),
    "concrete-4": (made_of(make.concrete_bits, drop(BITS, 12)), "12 or more"),
    "concrete-5a": (made_of(make.concrete_bits, drop(BITS, 3)), "bits = 3"),
    "concrete-5b": (made_of(make.concrete_rows, drop(ROWS, 128)), "three values of hardware.tile_rows"),
    "concrete-6": (lambda: of_concrete(lambda made: None), "single conversions"),
    "lstm-1": (lambda: of_lstm(unchanged), "single cells"),
    "lstm-2": (lambda: of_lstm(unchanged), "single products"),
    "lstm-3a": (lambda: of_lstm(drop(SERIAL, "false")), "dac.serial = false"),
    "lstm-3b": (lambda: of_lstm(drop(NOISE, "polynomial")), "read_noise.model = polynomial"),
    "lstm-3c": (lambda: of_lstm(text("epochs = 8", "epochs = 5")), "8, as many as"),
    "lstm-3d": (lambda: [make.lstm(replicas=4), make.lstm_aware(replicas=4)], "at least 5 trainings"),
    "lstm-3e": (lambda: [make.lstm()], "method = crossbar-aware"),
    "lstm-3f": (lambda: [make.lstm(), make.lstm_aware()], "training.pretrain_epochs = 5"),
    "lstm-4a": (lambda: of_lenet(drop(METHOD, "noise-injection")), "method = noise-injection"),
    "lstm-4b": (lambda: [make.vgg()], "method = crossbar-aware"),
    "lstm-5a": (lambda: [make.lstm()], "three values of hardware.adc.bits"),
    "lstm-5b": (made_of(make.lstm_bits, drop(BITS, 12)), "12 or more"),
    "lstm-6": (lambda: of_lstm(unchanged), "currents of single arrays"),
    "lstm-7": (lambda: of_lstm(unchanged), "times"),
    "ovf-1": (lambda: of_ovf(lambda made: None), "weights"),
    "ovf-2": (lambda: of_ovf(lambda made: None), "ovf.passes"),
    "ovf-3a": (lambda: of_ovf(drop(METHOD, "plain")), "plain"),
    "ovf-3b": (lambda: of_ovf(drop(SIGMA, 0.4)), "0.4"),
    "ovf-4a": (lambda: of_ovf(drop(METHOD, "ovf")), "ovf"),
    "ovf-4b": (lambda: of_ovf(lambda made: None), "cifar10"),
    "ovf-5a": (lambda: of_ovf(text("ovf.beta = 1e-3", "ovf.beta = 1e-3\nnoise_sigma = 0.2")), "noise_sigma = tested"),
    "ovf-5b": (lambda: [make.ovf()], "logit_scale = 4"),
    "ovf-6a": (lambda: of_ovf(drop(SIGMA, 0.2, 0.3, 0.4)), "three values"),
    "ovf-6b": (lambda: of_ovf(text('architecture = "resnet18"', 'architecture = "vgg8"'), "cifar10"), "resnet18"),
    "ovf-7": (lambda: of_ovf(drop(SIGMA, 0.1, 0.2, 0.3, 0.4)), "sigma > 0"),
    "insitu-1": (lambda: of_insitu(drop(RATE, 0.15)), "0.15"),
    "insitu-2a": (lambda: [make.insitu(mapping="one-sided")], "mid-point"),
    "insitu-2b": (lambda: of_insitu(text("[deployment]", 'variation.clip = "range"\n[deployment]')), "clip = none"),
    "insitu-3a": (lambda: of_insitu(drop(STEPS, make.CALIBRATE)), "[calibrate]"),
    "insitu-3b": (lambda: of_insitu(drop(RATE, 0.20)), "0.2"),
    "insitu-3c": (lambda: of_insitu(lambda made: None), "three values of deployment.calibrate.groups"),
    "insitu-3d": (made_of(make.groups, drop(GROUPS, 784)), "groups = 784"),
    "insitu-4": (lambda: of_insitu(drop(STEPS, COMBINED)), "in-situ"),
    "insitu-5": (lambda: of_insitu(lambda made: None), "one-sided"),
    "insitu-6": (made_of(make.one_layer, drop(LAYERS, "[1, 2]")), "[1, 2]"),
    "insitu-7a": (made_of(make.thresholds, drop(THRESHOLD, 1e-3)), "threshold"),
    "insitu-7b": (made_of(make.thresholds, lacking("writes")), "writes"),
}  # fmt: skip

ALL = [entry.id for paper in PAPERS for entry in paper.FACTS]
OF_THE_PROGRAM = ("ovf-1", "concrete-1", "concrete-6", "lstm-1", "lstm-2", "lstm-6", "lstm-7")  # no results file decides them
DECIDABLE = [name for name in ALL if name not in OF_THE_PROGRAM]


@pytest.fixture(scope="module")
def true(tmp_path_factory):
    return verdicts(tmp_path_factory.mktemp("true"), *make.everything())


def test_the_lists_are_complete():
    assert sorted(FALSE) == sorted(DECIDABLE) and sorted(MISSING) == sorted(ALL)


@pytest.mark.parametrize("name", DECIDABLE)
def test_holds_in_results_in_which_it_is_true(true, name):
    records = true[name] if isinstance(true[name], list) else [true[name]]
    assert {record["verdict"] for record in records} == {"holds"}
    assert all(np.isfinite(record["value"]) and (record["p"] is None or record["p"] < record["alpha"]) for record in records)


@pytest.mark.parametrize("name", DECIDABLE)
def test_fails_in_results_in_which_it_is_false(tmp_path, name):
    record = verdicts(tmp_path, *FALSE[name](), about=name)[name]
    assert record["verdict"] == "fails", record
    assert record["p_against"] is None or record["p_against"] < 0.05


@pytest.mark.parametrize("name", ALL)
def test_is_not_tested_without_its_data(tmp_path, name):
    files, word = MISSING[name]
    record = verdicts(tmp_path, *files(), about=name)[name]
    assert record["verdict"] == "not tested here" and word in record["missing"], record


def test_the_unit_fact_fails_also_when_both_units_would_do(tmp_path):
    assert verdicts(tmp_path, *of_ovf(narrow_chips))["ovf-7"]["verdict"] == "fails"


def test_settings_that_points_do_not_read_are_no_other_settings(tmp_path):
    """A file that says its settings: noise that no one knows is absent, truths are booleans or texts, and Concrete has more keys."""
    made = make.concrete()
    nan = np.nan
    levels = np.array([0.0, 0.3, 0.6])
    unread = np.full((2, 2, 2, 3), nan)
    unread[:, 1] = unread[1, 0] = unread[0, 0, 1] = levels  # all but chips without noise of STE without
    axes = list(made.axes)
    temperature = (axes[:1], np.array([nan, 1.0]))
    scale = (axes[:1], np.array(["", "tested"], dtype=object))
    made.settings = {
        "data.set": "mnist", "network.architecture": "mlp", "network.hidden": "[100]", "hardware.tile_rows": 128, BITS: 4,
        METHOD: (axes[:1], np.array(made.axes[METHOD], dtype=object)), LAW: (axes[2:3], np.array(made.axes[LAW], dtype=object)),
        TRAINED_NOISE: (axes[1:2], np.array(["false", "true"], dtype=object)), ON: (axes, unread),
        "training.adc.temperature": temperature, "training.adc.scale": scale,
    }  # fmt: skip
    found = verdicts(tmp_path, made)
    assert {found[f"concrete-{number}"]["verdict"] for number in ("2a", "2b", "2c", "2d", "3")} == {"holds"}
    made = make.concrete().only(TRAINED_NOISE, "true")
    made.toml = made.toml.replace('weight_rule = "ternary"', 'weight_rule = "ternary"\nadc.noise = true')
    made.axes.pop(TRAINED_NOISE)
    made.accuracy, made.clean = made.accuracy[:, 0], made.clean[:, 0]
    assert verdicts(tmp_path, made, about="concrete-2d")["concrete-2d"]["verdict"] == "holds"


def test_without_noise_in_the_hardware_the_noise_of_training_does_not_matter(tmp_path):
    """A file without on_sd, trained "with" the noise that is not there; Concrete's own scale of 1 is not what is meant."""
    made = make.concrete().only(LAW, "none").only(ON, 0.0).only(TRAINED_NOISE, "true")
    made.toml = made.toml.replace("[hardware.adc]", '[training.adc]\nnoise = true\n[hardware.adc]\nnoise = "none"')
    axes = {METHOD: made.axes[METHOD], "training.adc.scale": ["tested", "1"]}
    made.axes, made.accuracy, made.clean = axes, np.stack([made.accuracy[:, 0, 0, 0]] * 2, 1), np.stack([made.clean[:, 0, 0, 0]] * 2, 1)
    made.accuracy[1, 1] -= 0.1
    assert verdicts(tmp_path, made, about="concrete-3")["concrete-3"]["verdict"] == "holds"
    made.hash = "d3000000quiet"
    longer = make.concrete_bits()  # a file with other trainings of STE, which are no pairs
    longer.toml = longer.toml.replace("[training]", "[training]\nepochs = 50")
    assert verdicts(tmp_path, longer, made, about="concrete-3")["concrete-3"]["verdict"] == "holds"
    made.accuracy[1, 0] -= 0.1
    assert verdicts(tmp_path, made, about="concrete-3")["concrete-3"]["verdict"] == "fails"


def test_a_training_that_failed_is_no_pair(tmp_path):
    made = make.concrete()
    made.accuracy[1, :, :, :, 2] = np.nan
    record = verdicts(tmp_path, made, about="concrete-2a")["concrete-2a"]
    assert record["verdict"] == "not tested here" and "5 trainings" in record["missing"]


def test_the_gain_may_be_at_any_noise(tmp_path):
    """Concrete gains at one of two noise levels alone: it holds, and p has paid for the choice."""
    made = make.concrete()
    both_methods(0.0)(made)
    gains = np.array([0.028, 0.029, 0.030, 0.031, 0.032])
    made.accuracy[1, 1, 1, 2] += gains[:, None]
    record = verdicts(tmp_path, made, about="concrete-2a")["concrete-2a"]
    assert record["verdict"] == "holds" and "on_sd 0.6" in record["shown"] and record["value"] == pytest.approx(3.0)
    assert record["p"] == pytest.approx(2 * stats.ttest_1samp(gains, 0.005, alternative="greater").pvalue)


def test_nothing_holds_in_a_file_of_something_else(tmp_path):
    from results_file import demo

    records = [as_record(outcome) for outcome in judge(load_study([demo(tmp_path / "r.h5", methods=["plain"], chips=5)]))]
    about_plain = {"ovf-6a", "ovf-7"}  # the demonstration is about plain training: these it may decide
    assert {record["verdict"] for record in records if record["id"] not in about_plain} == {"not tested here"}


def test_trials_that_were_not_run_are_no_data(tmp_path):
    made = make.insitu()
    made.accuracy[made.at(rate=0.15, steps=COMBINED)] = np.nan
    assert verdicts(tmp_path, made)["insitu-1"]["verdict"] == "not tested here"


def test_one_chip_of_one_training_decides_nothing(tmp_path):
    found = verdicts(tmp_path, make.insitu(chips=1))
    assert {record["verdict"] for name, record in found.items() if name.startswith("insitu")} == {"not tested here"}
    assert "two chips" in found["insitu-4"]["missing"]


def test_an_interval_across_the_threshold_is_undecided(tmp_path):
    made = make.insitu(chips=6)
    made.accuracy[made.at(rate=0.10, steps=NONE)] = 0.30 + 0.02 * np.array([-1, 1, -1, 1, -1.1, 1.2])
    record = verdicts(tmp_path, made)["insitu-2a"]
    assert record["verdict"] == "undecided" and record["low"] < 30 < record["high"]


def test_strangers_are_no_pairs(tmp_path):
    for change, word in ((("seed", 2), "one seed"), (("toml", "epochs = 50"), "training.epochs")):
        control = make.control()
        if change[0] == "seed":
            control.seed = change[1]
        else:
            control.toml = control.toml.replace("logit_scale", f"{change[1]}\nlogit_scale")
        record = verdicts(tmp_path, make.ovf(), control)["ovf-5b"]
        assert record["verdict"] == "not tested here" and word in record["missing"]


def test_networks_are_judged_apart(tmp_path):
    records = verdicts(tmp_path, make.ovf(), make.resnet())["ovf-4a"]
    assert [record["setup"] for record in records] == ["mnist, mlp 128-64", "cifar10, resnet18"]


def test_the_best_beta_is_chosen_on_validation_data(tmp_path):
    """Two betas: the one that is better on test chips is worse on validation data, and must not be taken."""
    import h5py

    made = make.ovf()
    made.axes = {**made.axes, "training.ovf.beta": [1e-3, 1e-1]}
    for name in ("accuracy", "clean"):
        setattr(made, name, np.stack([getattr(made, name)] * 2, axis=2))
    made.metrics = {name: np.stack([values] * 2, axis=2) for name, values in made.metrics.items()}
    made.accuracy[made.at(method="ovf", beta=1e-1)] -= 0.1
    made.toml = made.toml.replace("ovf.beta = 1e-3", "")
    path = made.write(tmp_path / "r.h5")
    find = lambda: next(as_record(each) for each in judge(load_study([path])) if each.id == "ovf-4a")  # noqa: E731
    assert find()["verdict"] == "not tested here" and "validation" in find()["missing"]
    for better, verdict in ((1e-3, "holds"), (1e-1, "fails")):
        with h5py.File(path, "a") as file:
            models = file.require_group("models")
            for beta in (1e-3, 1e-1):
                model = models.require_group(f"m{beta}")
                model.attrs["identity"] = f'training.method = "ovf"\ntraining.ovf.beta = {beta}\n'
                model.attrs["validation_accuracy"] = 0.9 if beta == better else 0.8
        assert find()["verdict"] == verdict
    chosen = [as_record(each) for each in judge(load_study([path], ["beta=0.001"]))]
    assert next(record for record in chosen if record["id"] == "ovf-4a")["verdict"] == "holds"


def test_other_seeds_give_the_same_verdicts(tmp_path, true):
    found = verdicts(tmp_path, make.kurtosis(seed=11), make.ovf(seed=11), make.control(seed=11), make.insitu(seed=11))
    for name in ("kurtosis-1a", "kurtosis-6a", "ovf-3a", "ovf-5a", "insitu-1", "insitu-4"):
        assert found[name]["verdict"] == "holds", name


def test_the_command_prints_every_fact_and_json(tmp_path, capsys):
    path = make.insitu().write(tmp_path / "r.h5")
    assert main(["facts", path]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ALL) and "insitu-4  HOLDS" in out and "needs" in out and "2 undecided" not in out
    assert main(["facts", path, "--json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert [record["id"] for record in records] == ALL
    held = next(record for record in records if record["id"] == "insitu-4")
    assert held["verdict"] == "holds" and held["threshold"] == "> 30" and held["low"] < held["value"] < held["high"]
    assert main(["facts", path, "--select", "rate=0.1"]) == 0
    assert "insitu-4  not tested here" in capsys.readouterr().out
    assert main(["facts", path, "--select", "colour=1"]) == 2
