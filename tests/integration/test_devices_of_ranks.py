"""Jobs of which only some ranks have a device: the others train, or evaluate chips as well (--mixed). The device is the host twin,
of the ranks that `twin:PLACE,...` names; each test needs no GPU."""

import os
import signal

import h5py
import numpy as np
import pytest
from lab import (
    NOT_FOR_DEVICES,
    WHY_NOT,
    THUMBNAILS,
    Lab,
    chips_to_run,
    difference,
    has_cells,
    make_data,
    networks_to_train,
    ranks_of,
    states,
    wait_for,
)
from test_devices import text_of
from test_refusals import BAD_RESULTS, BAD_USE, refuse


def tiny(path, images, trained=None):
    """The tiny experiment on thumbnails, with the networks of a lab that has trained them."""
    lab = Lab(path, images)
    lab.write(THUMBNAILS)
    if trained is not None:
        lab.use_models(trained)
    return lab


@pytest.fixture
def lab(tmp_path, thumbnails):
    return tiny(tmp_path / "lab", thumbnails)


@pytest.fixture(scope="module")
def processor(tmp_path_factory, thumbnails):
    lab = tiny(tmp_path_factory.mktemp("processor") / "lab", thumbnails)
    lab.run()
    return lab


@pytest.fixture(scope="module")
def twin(tmp_path_factory, thumbnails, processor):
    lab = tiny(tmp_path_factory.mktemp("twin") / "lab", thumbnails, processor)
    lab.run("--device", "twin")
    return lab


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, thumbnails, processor):
    """Evaluated by a host twin and by the processor of a rank without one."""
    lab = tiny(tmp_path_factory.mktemp("mixed") / "lab", thumbnails, processor)
    lab.run("--device", "twin:1", "--mixed", ranks=2)
    return lab


def device_of_last_run(path):
    with h5py.File(path) as file:
        runs = file["provenance"]
        return text_of(runs[sorted(runs)[-1]], "device")


# ---- the others train ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ranks", "places"), [(2, [0]), (3, [0, 2]), (4, [1])])
def test_which_ranks_have_a_device_does_not_matter(lab, twin, ranks, places):
    """Networks are trained, too: rank 0 manages, with a device or without."""
    done = lab.run("--device", f"twin:{','.join(map(str, places))}", ranks=ranks)
    assert networks_to_train(done) == 4
    idle = ranks - len(places)
    assert f"on {ranks} ranks, {idle} of which only train{'s' if idle == 1 else ''}" in done.stderr
    assert difference(lab.file(), twin.file()) == ""
    assert device_of_last_run(lab.file()) == f"twin (host twin) on {len(places)} of {ranks} ranks"
    with h5py.File(lab.file()) as file:
        assert "device = twin" in text_of(file, "experiment_identity").splitlines()


def test_the_only_rank_trains_and_evaluates(lab, twin):
    lab.run("--device", "twin:0")
    assert difference(lab.file(), twin.file()) == ""


def test_killed_and_resumed_on_other_ranks(tmp_path, thumbnails):
    """Of networks that are wider, so that there is a middle."""
    whole, killed = (Lab(tmp_path / name, thumbnails) for name in ("whole", "killed"))
    for one in (whole, killed):
        one.write({**THUMBNAILS, "network.hidden": "[64]", "trials.count": "80", "storage.checkpoint_seconds": "0.1"},
                  {"hardware.variation.sigma": "[0.1, 0.3]"})  # fmt: skip
    whole.run("--device", "twin")
    killed.use_models(whole)
    with killed.running("--device", "twin:1", ranks=2) as job:
        wait_for(lambda: has_cells(killed.file()) and states(killed.file())[1] >= 40, "chips")
        for process in ranks_of(job).values():
            os.kill(process, signal.SIGKILL)
    done = killed.run("--device", "twin:0,2", "--resume", ranks=3)
    assert 0 < chips_to_run(done) <= 2 * 80 - 40
    assert difference(killed.file(), whole.file()) == ""


def test_two_stages(tmp_path):
    """Networks say on every rank which images are hard, the pilot is evaluated by devices."""
    images = make_data(tmp_path / "data", test=1500, thumbnails=True)
    labs = [Lab(tmp_path / name, images) for name in ("one", "two")]
    for lab, device, ranks in zip(labs, ("twin", "twin:1"), (None, 2), strict=True):
        lab.write({**THUMBNAILS, "trials.images": '"two-stage"', "trials.count": "40"}, {"hardware.variation.sigma": "[0.1, 0.3]"})
        lab.run("--device", device, ranks=ranks)
    assert difference(labs[0].file(), labs[1].file()) == ""


def test_one_rank_must_have_a_device(lab):
    refused = lab.run("--device", "twin:7", ranks=2, expect=BAD_USE)
    assert refused.stderr.splitlines()[0] == "ohmcarlo: --device twin: no rank has one (allowed: --device cpu)"
    assert refused.stderr.count("ohmcarlo: ") == 1


# ---- or evaluate chips, too ----------------------------------------------------------------------------------------------


def losses(path):
    with h5py.File(path) as file:
        return np.stack([file[f"results/{metric}"][()] for metric in ("loss", "correct")], axis=-1)


def test_chips_are_those_of_the_twin_and_of_the_processor(mixed, twin, processor):
    """Each to the bit, in whole groups of eight; both kinds of ranks have evaluated some."""
    here, of_twin, of_processor = (losses(lab.file()) for lab in (mixed, twin, processor))
    known = ~np.isnan(of_processor[..., 0])
    assert (known == ~np.isnan(here[..., 0])).all()
    by_twin, by_processor = ((here == other).all(axis=-1) for other in (of_twin, of_processor))
    assert (by_twin | by_processor)[known].all()
    for alone in (by_twin & ~by_processor, by_processor & ~by_twin):
        assert alone[known].any()
    units = [slice(first, first + 8) for first in (0, 8, 16)]
    assert all((by_twin[..., unit].all(axis=-1) | by_processor[..., unit].all(axis=-1))[known[..., unit].all(axis=-1)].all()
               for unit in units)  # fmt: skip


def test_a_mixed_file_is_of_a_kind_of_its_own(mixed, twin):
    with h5py.File(mixed.file()) as there, h5py.File(twin.file()) as here:
        assert "device = twin+cpu" in text_of(there, "experiment_identity").splitlines()
        assert text_of(there, "experiment_hash") != text_of(here, "experiment_hash")
    assert device_of_last_run(mixed.file()) == "twin+cpu (host twin) on 1 of 2 ranks"


def test_a_mixed_file_goes_on_mixed(lab, mixed):
    """Whoever has a device, and if every rank has one."""
    lab.use_models(mixed)
    lab.file().write_bytes(mixed.file().read_bytes())
    before = losses(lab.file())
    for device, ranks in (("twin:0", 2), ("auto", None)):
        assert chips_to_run(lab.run("--device", device, "--mixed", "--resume", ranks=ranks)) == 0
    more = lab.run("--device", "auto", "--resume", "--set", "trials.count=24", ranks=2)
    assert chips_to_run(more) == 4 * (24 - 20)
    assert np.array_equal(losses(lab.file())[..., :20, :], before, equal_nan=True)


def test_a_file_of_the_other_kind_is_refused(mixed, twin):
    for lab, options in ((mixed, []), (twin, ["--mixed"])):
        refuse(lab, "--device", "twin", *options, "--resume", code=BAD_RESULTS,
               says=["these differ: device; its chips were evaluated by another kind of device"])  # fmt: skip


@pytest.mark.parametrize("device", [[], ["--device", "cpu"]], ids=["default", "cpu"])
def test_nothing_to_be_mixed(lab, device):
    refuse(lab, "--mixed", *device, code=BAD_USE, says=["--mixed: ", "(allowed: with --device cuda or auto)"])


def test_a_mixed_job_needs_a_device(lab):
    refuse(lab, "--mixed", "--device", "twin:3", code=BAD_USE, says=["no rank has one (allowed: --device cpu)"], of_job=True)


def test_a_file_of_the_processor_is_not_mixed(processor):
    refuse(processor, "--mixed", "--device", "auto", "--resume", code=BAD_USE,
           says=["--mixed: the chips of the file were evaluated by the processor"], of_job=True)  # fmt: skip


def test_mixed_devices_cannot_do_more(lab):
    lab.write({**THUMBNAILS, **NOT_FOR_DEVICES}, {"hardware.variation.sigma": "[0.1]"})
    refuse(lab, "--mixed", "--device", "auto", code=BAD_USE, says=[WHY_NOT], of_job=True)
