"""Damaged results files are refused before HDF5 sees them; files without a checksum are read with a warning."""

import os
import signal
import time
import warnings

import h5py
import numpy as np
import pytest
from ohmcarlo_analysis import ResultsFileError, UncheckedFileWarning, load
from ohmcarlo_analysis.reading.checksum import LENGTH, fault_in_child, state_of
from results_file import demo, seal, write_results


@pytest.fixture
def path(tmp_path):
    return demo(tmp_path / "R.h5", chips=4)


def change(path, change_bytes):
    with open(path, "rb") as file:
        content = bytearray(file.read())
    with open(path, "wb") as file:
        file.write(change_bytes(content))


def flip(content, place):
    content[place] ^= 1
    return content


def test_a_whole_file_is_read_in_silence_and_opened_by_h5py(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(path)["accuracy"].size == 72
    with h5py.File(path, "r") as file:
        assert file["results/accuracy"].size == 72


def test_300_damaged_copies_are_refused(path):
    """Random bytes or a block of zeros in random places; the seed is fixed."""
    with open(path, "rb") as file:
        whole = np.frombuffer(file.read(), np.uint8)
    random = np.random.default_rng(18)
    changed = 0
    while changed < 300:
        damaged = whole.copy()
        if random.random() < 0.5:
            first = random.integers(0, whole.size)
            damaged[first : first + 2 ** random.integers(0, 14)] = 0
        else:
            places = random.integers(0, whole.size, random.integers(1, 20))
            damaged[places] = random.integers(0, 256, places.size)
        if np.array_equal(damaged, whole):
            continue
        changed += 1
        damaged.tofile(path)
        with pytest.raises(ResultsFileError, match="damaged results file: .*R.h5 .its contents do not match its checksum"):
            load(path)


def test_a_damaged_file_names_the_checkpoint_before(path):
    change(path, lambda content: flip(content, 3000))
    os.link(path, f"{path}.previous")
    with pytest.raises(ResultsFileError, match="the checkpoint before it is .*R.h5.previous; allowed: accept_changes=True"):
        load(path)


def test_changes_on_purpose_are_accepted_with_a_warning(tmp_path):
    path = write_results(tmp_path / "R.h5", {}, [[0.5, 0.25]])
    change(path, lambda content: content.replace(np.float64(0.25).tobytes(), np.float64(0.75).tobytes()))
    with pytest.warns(UncheckedFileWarning, match="do not match"):
        assert load(path, accept_changes=True)["accuracy"].values.tolist() == [[0.5, 0.75]]


def test_a_file_without_a_checksum_is_read_with_a_warning(path):
    change(path, lambda content: content[:-LENGTH])
    with pytest.warns(UncheckedFileWarning, match="R.h5: has no checksum") as caught:
        load(path)
    assert len(caught) == 1
    seal(path)
    with h5py.File(path, "r+") as file:
        file["results/accuracy"][0] = 0.123
    with pytest.warns(UncheckedFileWarning, match="has no checksum"):
        load(path)


def test_the_state_of_a_checksum():
    sealed = b"abcsha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"  # FIPS 180-2
    assert state_of(sealed) == "right" and len(sealed) == 3 + LENGTH
    assert state_of(b"x" + sealed[1:]) == "wrong"
    assert state_of(b"abc") == state_of(b"") == "absent"


def test_a_damaged_checksum_is_no_absent_one(path):
    with open(path, "rb") as file:
        whole = file.read()
    for size in (1, 20, LENGTH, 500):
        assert state_of(whole[:-size] + bytes(size)) == "wrong"
    assert state_of(whole[:-1]) == state_of(whole + b"x") == "wrong"
    assert state_of(whole[:-LENGTH]) == "absent"


def test_a_child_that_crashes_or_never_ends_is_noticed():
    def throw():
        raise ValueError

    assert fault_in_child(lambda: None, 60) is None
    assert fault_in_child(throw, 60) is None, "it will be thrown here, too"
    assert fault_in_child(lambda: os.kill(os.getpid(), signal.SIGSEGV), 60) == "crashed (Segmentation fault)"
    assert fault_in_child(lambda: time.sleep(1000), 0.05) == "not done after 0.05 s"
