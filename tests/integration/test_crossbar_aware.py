"""Networks that are trained through the arrays they are tested on: the same bits anywhere, ranges that chips use."""

import h5py
import numpy as np
import pytest
from lab import Lab, difference, kill_in_a_training, leftovers, networks_to_train, snapshot

BAD_USE = 2
CROSSBAR = {
    "training.method": '"crossbar-aware"',
    "training.pretrain_epochs": "1",
    "training.epochs": "2",
    "training.batch": "20",
    "hardware.simulate": '"arrays"',
    "hardware.mapping": '"signed"',
    "hardware.weight_bits": "7",
    "hardware.cell_bits": None,
    "hardware.g_min": "4e-6",
    "hardware.g_max": "44e-6",
    "hardware.tile_rows": "112",
    "hardware.dac.bits": "8",
    "hardware.dac.serial": "true",
    "hardware.adc.bits": "6",
    "hardware.adc.range": '"trained"',
    "hardware.read_noise.model": '"polynomial"',
    "trials.count": "3",
}


def models(lab):
    return {name: content for name, content in snapshot(lab.out / "models").items() if not name.endswith(".tmp")}


def result(lab, name, file="R.h5"):
    with h5py.File(lab.file(file), "r") as opened:
        return opened[f"results/{name}"][()]


def arrays_of(lab):
    (path,) = lab.out.glob("models/*.model.h5")
    with h5py.File(path, "r") as file:
        return {name: array[()] for name, array in file["parameters"].items()}


@pytest.fixture(scope="module")
def trained(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("crossbar") / "lab", data)
    lab.write(CROSSBAR, {})
    lab.done = lab.run()
    return lab


def test_it_learns_and_keeps_its_ranges(trained):
    assert networks_to_train(trained.done) == 1
    assert (result(trained, "accuracy") > 0.5).all(), "bars can be told apart"
    assert len(np.unique(result(trained, "loss"))) == 3, "every chip reads its own noise"
    arrays = arrays_of(trained)
    assert {"dense1.adc_scale", "dense1.adc_bits", "dense1.dac_scale", "dense1.adc_differential"} <= set(arrays)
    assert "dense1.dac_signed" not in arrays, "pixels and relus are not negative"
    assert arrays["dense1.adc_bits"] == 6


@pytest.mark.parametrize("ranks", [2, 3])
def test_any_number_of_ranks_trains_the_same(lab, trained, ranks):
    lab.write(CROSSBAR, {})
    lab.run(ranks=ranks)
    assert models(lab) == models(trained)
    assert difference(lab.file(), trained.file()) == ""


def test_killed_in_a_training_and_resumed(lab, another_lab):
    long = CROSSBAR | {"training.epochs": "40", "storage.checkpoint_seconds": "0.1", "trials.count": "1"}
    for each in (lab, another_lab):
        each.write(long, {})
    another_lab.run()
    kill_in_a_training(lab)
    lab.run("--resume")
    assert models(lab) == models(another_lab)
    assert difference(lab.file(), another_lab.file()) == ""
    assert leftovers(lab.out) == []


def test_ranges_of_a_file_go_on_chips_and_training_starts_from_its_weights(lab, trained):
    file = lab.path / "W.npz"
    arrays = arrays_of(trained)
    np.savez(file, **arrays)
    given = CROSSBAR | {"network.weights": f'"{file}"', "training.pretrain_epochs": None}
    lab.write(given | {"training.epochs": "0"}, {})
    lab.run(out="chips.h5")
    assert (result(lab, "loss", "chips.h5") == result(trained, "loss")).all(), "the chips that it was trained for"
    lab.write(given | {"training.epochs": "1"}, {})
    lab.run(out="more.h5")
    assert (result(lab, "accuracy", "more.h5") > 0.5).all()
    lab.write(given | {"training.pretrain_epochs": "1"}, {})
    refuse(lab.run(out="both.h5", expect=BAD_USE), "'training.pretrain_epochs': does not go with weights from a file")
    lab.write(given | {"training.epochs": "0", "hardware.mapping": '"one-sided"', "hardware.adc.sensing": '"single"'}, {})
    refuse(lab.run(out="lines.h5", expect=BAD_USE), "converters of this hardware see sums of single lines")


def refuse(done, *says):
    lines = [line for line in done.stderr.splitlines() if line.startswith("ohmcarlo: ")]
    assert len(lines) == 1, done.stderr
    for words in says:
        assert words in lines[0]


@pytest.mark.parametrize("changes, says", [
    ({"hardware.simulate": None}, 'needs hardware.simulate = "arrays"'),
    ({"hardware.adc.bits": None}, "'hardware.adc.bits' is missing"),
    ({"hardware.g_max": "60e-6"}, "'hardware.read_noise.model'"),
    ({"training.adc.freeze_epoch": "3"}, "'training.adc.freeze_epoch': is 3, but there are 2 epochs (allowed: 0 to 2)"),
    ({"training.weight_bits": "7"}, "'training.weight_bits': does not go with method \"crossbar-aware\""),
    ({"training.method": '"plain"', "training.pretrain_epochs": None}, "the network was trained without converters"),
])  # fmt: skip
def test_keys_that_do_not_fit(lab, changes, says):
    lab.write(CROSSBAR | changes, {})
    refuse(lab.run(expect=BAD_USE), says)
    assert snapshot(lab.out) == {}
