"""`run --device`: the host twin of a GPU through the whole program, and what is refused in one line. Needs no GPU."""

import re
import subprocess

import h5py
import numpy as np
import pytest
from lab import NOT_FOR_DEVICES, PROGRAM, WHY_NOT, chips_to_run, clean_environment, difference, networks_to_train, states
from test_refusals import BAD_RESULTS, BAD_USE, refuse


@pytest.fixture(scope="module")
def twin(tmp_path_factory, data, finished):
    """The tiny experiment, evaluated by the host twin."""
    from lab import Lab

    lab = Lab(tmp_path_factory.mktemp("twin") / "lab", data)
    lab.write()
    lab.use_models(finished)
    lab.run("--device", "twin")
    return lab


def text_of(file, name):
    return file.attrs[name]


# ---- the same chips ------------------------------------------------------------------------------------------------------


def test_the_twin_evaluates_the_chips_of_the_processor(twin, finished):
    """Each of 82 chips: the same weights, so accuracies within one image of 120, and losses to the rounding of sums."""
    with h5py.File(twin.file()) as there, h5py.File(finished.file()) as here:
        assert (states(twin.file()) == states(finished.file())).all()
        correct, expected = there["results/correct"][()], here["results/correct"][()]
        assert np.abs(correct - expected).max() <= 1
        assert np.abs(there["results/loss"][()] - here["results/loss"][()]).max() < 1e-5
        assert np.ptp(expected) > 1  # chips differ, or this says nothing
        assert (there["results/clean_accuracy"][()] == here["results/clean_accuracy"][()]).all()


def test_the_file_names_the_device(twin, finished):
    with h5py.File(twin.file()) as there, h5py.File(finished.file()) as here:
        identities = [text_of(file, "experiment_identity").splitlines() for file in (there, here)]
        assert sorted(identities[0]) == sorted([*identities[1], "device = twin"])
        assert text_of(there, "experiment_hash") != text_of(here, "experiment_hash")
        runs = [list(file["provenance"].values())[0] for file in (there, here)]
        assert [text_of(run, "device") for run in runs] == ["twin (host twin)", "cpu"]
        assert sorted(there["models"]) == sorted(here["models"])  # devices are no matter of networks


def test_more_ranks_give_the_same(lab, twin):
    lab.use_models(twin)
    lab.run("--device", "twin", ranks=2)
    assert difference(lab.file(), twin.file()) == ""


def test_more_chips(lab, another_lab, twin):
    """20 chips, then 41: as 41 at once. The third group of eight is computed in two parts."""
    for one in (lab, another_lab):
        one.use_models(twin)
    lab.run("--device", "twin")
    more = lab.run("--device", "auto", "--resume", "--set", "trials.count=41")  # the file's
    assert chips_to_run(more) == 4 * (41 - 20)
    another_lab.run("--device", "twin", "--set", "trials.count=41")
    assert difference(lab.file(), another_lab.file()) == ""


def test_samples_of_images(lab, another_lab, twin):
    """Every chip on images of its own: what is counted on the processor, to one image and to rounding."""
    for one, device in ((lab, "twin"), (another_lab, "cpu")):
        one.write({"trials.images": "60"}, {"hardware.variation.sigma": "[0.1, 0.3]"})
        one.use_models(twin)
        one.run("--device", device)
    with h5py.File(lab.file()) as there, h5py.File(another_lab.file()) as here:
        assert np.abs(there["results/accuracy"][()] - here["results/accuracy"][()]).max() <= 1.0001 / 60
        assert np.abs(there["results/loss"][()] - here["results/loss"][()]).max() < 1e-5


def test_until_the_mean_is_known(lab, twin):
    """As many chips as the rule says of what devices count, on one rank and on two."""
    lab.write({"trials.count": None, "trials.until": "{ half_width = 0.05, min = 10, max = 60 }"}, {"hardware.variation.sigma": "[0.3]"})
    lab.use_models(twin)
    lab.run("--device", "twin")
    lab.run("--device", "twin", ranks=2, out="two.h5")
    assert difference(lab.file(), lab.file("two.h5")) == ""
    with h5py.File(lab.file()) as file:
        chips = (~np.isnan(file["results/accuracy"][()])).sum()
        assert 10 <= chips < 60


@pytest.mark.parametrize(("form", "chips", "sigmas"), [("cells", 1, "[0.1]"), ("columns", 3, "[0.0, 0.1]")], ids=["cells", "columns"])
def test_chips_on_arrays(lab, another_lab, twin, form, chips, sigmas):
    """Faults, read noise, converters: of 120 images of a chip one may change sides, since a sum that lies next to a decision
    of its converter may be rounded across it."""
    arrays = {
        "hardware.simulate": '"arrays"',
        "hardware.tile_rows": "300",
        "hardware.mapping": '"offset"',
        "hardware.dac.bits": "4",
        "hardware.dac.serial": "true",
        "hardware.adc.bits": "7",
        "hardware.read_noise.model": '"gaussian"',
        "hardware.read_noise.sigma": "0.02",
        "hardware.read_noise.form": f'"{form}"',
        "hardware.faults.rate": "0.05",
        "trials.count": str(chips),
    }
    for one, device in ((lab, "twin"), (another_lab, "cpu")):
        one.write(arrays, {"hardware.variation.sigma": sigmas})
        one.use_models(twin)
        one.run("--device", device)
    with h5py.File(lab.file()) as there, h5py.File(another_lab.file()) as here:
        assert (states(lab.file()) == states(another_lab.file())).all()
        assert np.abs(there["results/correct"][()] - here["results/correct"][()]).max() <= 1
        assert np.abs(there["results/loss"][()] - here["results/loss"][()]).max() < 1e-2
        assert chips == 1 or np.ptp(here["results/correct"][()]) > 1
    if form == "columns":
        lab.run("--device", "twin", ranks=2, out="two.h5")
        assert difference(lab.file(), lab.file("two.h5")) == ""


def test_a_chip_again_is_the_processors(twin):
    done = subprocess.run([PROGRAM, "trial", twin.file(), "--trial", "3", "--point", "hardware.variation.sigma=0.3", "--point",
                           "training.method=plain"], env=clean_environment(), capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search("equal to the file, bit for bit|as the processor makes it", done.stdout)


# ---- what a file was begun with ------------------------------------------------------------------------------------------


def test_auto_is_the_processor_where_no_device_is(lab, finished):
    lab.use_models(finished)
    lab.run("--device", "auto")
    with h5py.File(lab.file()) as file:
        assert re.match(r"cpu$|cuda \(", text_of(list(file["provenance"].values())[0], "device"))


def test_auto_goes_on_with_the_files_device(lab, finished):
    lab.run()
    done = lab.run("--device", "auto", "--resume")
    assert (chips_to_run(done), networks_to_train(done)) == (0, 0)
    assert difference(lab.file(), finished.file()) == ""


@pytest.mark.parametrize(("first", "second"), [("cpu", "twin"), ("twin", "cpu")])
def test_a_file_of_another_device_is_refused(lab, twin, first, second):
    lab.use_models(twin)
    lab.run("--device", first)
    refuse(lab, "--device", second, "--resume", code=BAD_RESULTS,
           says=["holds another experiment; these differ: device; its chips were evaluated by another kind of device"])  # fmt: skip


# ---- refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:one"])
def test_what_is_no_device(lab, device):
    refuse(lab, f"--device={device}", code=BAD_USE, says=["not a device (allowed: cpu, cuda, cuda:N, auto)"])


def test_no_such_device(lab):
    """Built without CUDA, without a driver, without a device, or with fewer than a thousand."""
    refuse(lab, "--device", "cuda:999", code=BAD_USE, says=["cuda", "(allowed: "], of_job=True)


@pytest.mark.parametrize("device", ["twin", "cuda"])
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (NOT_FOR_DEVICES, WHY_NOT),
    ],
    ids=["layers"],
)
def test_what_devices_cannot_do_yet(lab, device, changes, says):
    lab.write(changes, {"hardware.variation.sigma": "[0.1]"})
    refuse(lab, "--device", device, code=BAD_USE, says=[f"--device {device}: ", says], of_job=True)
