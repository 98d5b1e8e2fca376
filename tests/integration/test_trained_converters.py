"""Networks that are trained through converters: the same bits anywhere, scales that chips use, one line for what does not fit."""

import h5py
import numpy as np
import pytest
from lab import Lab, difference, kill_in_a_training, leftovers, networks_to_train, snapshot

BAD_USE, BAD_DATA = 2, 3
CONVERTERS = {
    "training.epochs": "2",
    "training.batch": "20",
    "training.weight_rule": '"ternary"',
    "hardware.simulate": '"arrays"',
    "hardware.weight_bits": "1",
    "hardware.cell_bits": "1",
    "hardware.tile_rows": "112",
    "hardware.dac.bits": "2",
    "hardware.dac.serial": "true",
    "hardware.adc.bits": "4",
    "hardware.adc.sensing": '"single"',
    "hardware.adc.range": '"trained"',
    "hardware.adc.noise_sd": "0.5",
    "hardware.adc.on_sd": "0.1",
    "trials.count": "3",
}
SWEEP = {"training.method": '["ste-adc", "concrete-adc"]', "hardware.adc.noise": '["none", "logistic"]'}


def models(lab):
    return {name: content for name, content in snapshot(lab.out / "models").items() if not name.endswith(".tmp")}


def accuracies(lab, name="R.h5"):
    with h5py.File(lab.file(name), "r") as file:
        return file["results/accuracy"][()]


def losses(lab, name="R.h5"):
    with h5py.File(lab.file(name), "r") as file:
        return file["results/loss"][()]


@pytest.fixture(scope="module")
def trained(tmp_path_factory, data):
    """Both methods, their chips with noise and without."""
    lab = Lab(tmp_path_factory.mktemp("trained") / "lab", data)
    lab.write(CONVERTERS, SWEEP)
    lab.done = lab.run()
    return lab


@pytest.fixture(scope="module")
def arrays(trained):
    """What the file of the network of ste-adc holds."""
    for path in sorted(trained.out.glob("models/*.model.h5")):
        with h5py.File(path, "r") as file:
            if file.attrs["method"] in ("ste-adc", b"ste-adc"):
                return {name: array[()] for name, array in file["parameters"].items()}
    raise AssertionError("no network of ste-adc")


# ---- the same bits -------------------------------------------------------------------------------------------------------


def test_chips_with_noise_and_without_share_a_network(trained):
    assert networks_to_train(trained.done) == 2
    found = accuracies(trained)  # [method, noise, replica, chip]
    assert (found > 0.2).all(), "bars can be told apart: better than chance"
    assert (losses(trained)[:, 0] != losses(trained)[:, 1]).all()


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_any_number_of_ranks_trains_the_same(lab, trained, ranks):
    lab.write(CONVERTERS, SWEEP)
    lab.run(ranks=ranks)
    assert models(lab) == models(trained)
    assert difference(lab.file(), trained.file()) == ""


def test_killed_in_a_training_and_resumed(lab, another_lab):
    long = CONVERTERS | {"training.epochs": "40", "training.method": '"ste-adc"', "hardware.adc.noise": '"logistic"',
                         "storage.checkpoint_seconds": "0.1", "trials.count": "1"}  # fmt: skip
    for each in (lab, another_lab):
        each.write(long, {})
    another_lab.run()
    kill_in_a_training(lab)
    lab.run("--resume")
    assert models(lab) == models(another_lab)
    assert difference(lab.file(), another_lab.file()) == ""
    assert leftovers(lab.out) == []


# ---- scales of a file ----------------------------------------------------------------------------------------------------

DEPLOYED = CONVERTERS | {"training.epochs": "0", "training.weight_rule": None, "hardware.adc.noise": '"none"',
                         "hardware.adc.noise_sd": None, "hardware.adc.on_sd": None}  # fmt: skip


def deploy(lab, arrays, changes=None, out="R.h5", expect=0):
    file = lab.path / f"{out}.npz"
    np.savez(file, **arrays)
    lab.write(DEPLOYED | {"network.weights": f'"{file}"'} | (changes or {}), {})
    return lab.run(out=out, expect=expect)


def test_chips_see_the_scales_of_the_file(lab, trained, arrays):
    assert {"dense1.adc_scale", "dense1.adc_bits", "dense1.dac_scale", "dense2.adc_scale"} <= set(arrays)
    deploy(lab, arrays)
    assert (losses(lab) == losses(trained)[0, 0]).all(), "those that it was trained with"
    for name in ("dense1.adc_scale", "dense2.adc_scale", "dense1.dac_scale"):
        deploy(lab, arrays | {name: arrays[name] * np.float32(1.5)}, out=f"{name}.h5")
        assert (losses(lab, f"{name}.h5") != losses(lab)).all(), name
    deploy(lab, arrays | {"dense1.adc_scale": arrays["dense1.adc_scale"] * np.float32(100)}, out="coarse.h5")
    assert (accuracies(lab, "coarse.h5") < accuracies(lab) - 0.2).all(), "no sum reaches a code"


def refuse(done, *says):
    lines = [line for line in done.stderr.splitlines() if line.startswith("ohmcarlo: ")]
    assert len(lines) == 1, done.stderr
    for words in says:
        assert words in lines[0]


@pytest.mark.parametrize("spoil, code, says", [
    ({"dense2.adc_scale": None}, BAD_DATA, "it lacks the array 'dense2.adc_scale' [1]"),
    ({"dense1.adc_scale": np.float32([0])}, BAD_DATA, "array 'dense1.adc_scale' is not one number above 0"),
    ({"dense1.adc_bits": np.float32([3])}, BAD_DATA, "(allowed: 2 to 24, the same for all layers)"),
    ({"dense1.adc_bits": np.float32([3]), "dense2.adc_bits": np.float32([3])}, BAD_USE,
     "'hardware.adc.bits' is 4, but the network was trained with converters of 3 bits"),
    ({f"dense2.{name}": None for name in ("adc_scale", "adc_bits", "dac_scale")}, BAD_USE,
     "layer dense2 was trained without a converter (allowed: its number, 2, in hardware.ideal_layers)"),
    ({f"dense{i}.{name}": None for i in (1, 2) for name in ("adc_scale", "adc_bits", "dac_scale")}, BAD_USE,
     "the network was trained without converters"),
])  # fmt: skip
def test_files_whose_scales_do_not_fit(lab, arrays, spoil, code, says):
    spoilt = {name: values for name, values in (arrays | spoil).items() if values is not None}
    refuse(deploy(lab, spoilt, expect=code), says)


# ---- keys that do not fit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes, says", [
    ({"training.adc.temperature": "0"}, "'training.adc.temperature'"),
    ({"training.adc.temperature": "-1"}, "'training.adc.temperature'"),
    ({"training.adc.scale": "0"}, "'training.adc.scale'"),
    ({"hardware.adc.bits": "1"}, "'hardware.adc.bits': trained converters need 2 bits or more"),
    ({"hardware.adc.bits": None}, "'hardware.adc.bits' is missing"),
    ({"hardware.simulate": None}, 'needs hardware.simulate = "arrays"'),
    ({"training.method": '"plain"'}, "the network was trained without converters"),
    ({"hardware.adc.range_from": '{ "training.epochs" = 1 }'}, "'hardware.adc.range_from': trained ranges are those"),
    ({"hardware.adc.sensing": None}, "'hardware.adc.sensing': trained converters have a line each"),
    ({"hardware.ideal_layers": "[3]"}, "'hardware.ideal_layers' names layer 3"),
    ({"hardware.mapping": '"signed"'}, "'hardware.mapping': trained converters need pairs"),
])  # fmt: skip
def test_keys_that_do_not_fit(lab, changes, says):
    lab.write(CONVERTERS | {"training.method": '"concrete-adc"', "hardware.adc.noise": '"logistic"'} | changes, {})
    refuse(lab.run(expect=BAD_USE), says)
    assert snapshot(lab.out) == {}
