"""Sets of images of one's own: files as other programs write them, and what check and run say of files that do not fit."""

import gzip
import struct
import subprocess

import numpy as np
import pytest
from lab import IMAGES, LABELS, PROGRAM, Lab, clean_environment, digits, idx
from ohmcarlo_analysis import load
from PIL import Image

SMALL = {"training.epochs": "1", "trials.count": "2", "hardware.variation.sigma": "0.1"}
SIZE = {"train": (200, 1), "test": (60, 2)}


def parts():
    """Images of 12 x 20 pixels and their labels, for each part."""
    for part, (count, seed) in SIZE.items():
        images, labels = digits(count, seed)
        yield part, np.ascontiguousarray(images[:, 2:14, 4:24]).astype(np.uint8), labels


def write_idx(directory):
    directory.mkdir()
    for part, images, labels in parts():
        name = "train" if part == "train" else "t10k"
        (directory / (name + IMAGES)).write_bytes(idx(images))
        (directory / (name + LABELS)).write_bytes(idx(labels))
    return {"data.set": '"idx"', "data.directory": f'"{directory}"'}


def write_letters(directory):
    """As EMNIST: transposed, compressed, labels from 1 on, and names of its own."""
    directory.mkdir()
    for part, images, labels in parts():
        for kind, array in ((IMAGES, images.transpose(0, 2, 1)), (LABELS, labels + 1)):
            (directory / f"emnist-letters-{part}{kind}.gz").write_bytes(gzip.compress(idx(array)))
    files = {f"data.{key}_{kind}": f'"emnist-letters-{part}{end}"' for key, part in (("training", "train"), ("test", "test"))
             for kind, end in (("images", IMAGES), ("labels", LABELS))}  # fmt: skip
    return {"data.set": '"idx"', "data.directory": f'"{directory}"', "data.axes": '"wh"', "data.first_label": "1", **files}


def write_rows_of_labels(directory):
    """As QMNIST: 32-bit labels, eight an image, of which the first is the class."""
    keys = write_idx(directory)
    for part, _, labels in parts():
        rows = np.zeros((len(labels), 8), ">i4")
        rows[:, 0] = labels
        rows[:, 1:] = 77777
        header = struct.pack(">III", 0x0C02, *rows.shape)
        (directory / f"qmnist-{part}-labels-idx2-int").write_bytes(header + rows.tobytes())
    return keys | {"data.label_column": "0", "data.training_labels": '"qmnist-train-labels-idx2-int"',
                   "data.test_labels": '"qmnist-test-labels-idx2-int"'}  # fmt: skip


def write_npz(directory, save=np.savez_compressed, change=lambda images: images, labels_type=np.int64):
    directory.mkdir()
    arrays = {}
    for part, images, labels in parts():
        arrays |= {f"x_{part}": change(images), f"y_{part}": labels.astype(labels_type)}
    save(directory / "all.npz", **arrays)
    files = {f"data.{key}_{kind}": f'"all.npz:{letter}_{part}"' for key, part in (("training", "train"), ("test", "test"))
             for kind, letter in (("images", "x"), ("labels", "y"))}  # fmt: skip
    return {"data.set": '"npz"', "data.directory": f'"{directory}"', **files}


def write_folders(directory, ending):
    for part, images, labels in parts():
        for i, (image, label) in enumerate(zip(images, labels)):
            folder = directory / part / f"class {label}"
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(folder / f"{i:05}{ending}")
    return {"data.set": '"images"', "data.directory": f'"{directory}"'}


WRITERS = {
    "letters": write_letters,
    "rows of labels": write_rows_of_labels,
    "npz": write_npz,
    "npz, plain, Fortran order, bytes": lambda d: write_npz(d, np.savez, np.asfortranarray, np.uint8),
    "npz, big-endian": lambda d: write_npz(d, np.savez, labels_type=">i2"),
    "npz, one channel": lambda d: write_npz(d, change=lambda x: x[..., None]) | {"data.axes": '"hwc"'},
}


@pytest.fixture(scope="module")
def from_idx(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("own") / "lab", "")
    lab.write(SMALL | write_idx(lab.path / "data"), {})
    lab.run()
    return load(lab.file())


@pytest.mark.parametrize("format", WRITERS)
def test_the_same_images_give_the_same_results_from_any_file(tmp_path, from_idx, format):
    lab = Lab(tmp_path / "lab", "")
    lab.write(SMALL | WRITERS[format](lab.path / "data"), {})
    lab.run()
    np.testing.assert_array_equal(load(lab.file()).accuracy, from_idx.accuracy)
    np.testing.assert_array_equal(load(lab.file()).loss, from_idx.loss)


# The images come in another order, by class, so that the training is another one; both kinds hold the same pixels.
def test_folders_of_pictures(tmp_path):
    results = {}
    for ending in (".png", ".pgm"):
        lab = Lab(tmp_path / ending, "")
        lab.write(SMALL | write_folders(lab.path / "data", ending), {})
        lab.run()
        results[ending] = load(lab.file())
    np.testing.assert_array_equal(results[".png"].loss, results[".pgm"].loss)


def said(lab, command, *more):
    done = subprocess.run([PROGRAM, command, str(lab.path / "experiment.toml"), *map(str, more)], env=clean_environment(),
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    return done.returncode, done.stderr


REFUSED = {
    "another size than the published": ({"data.set": '"mnist"'}, 3, "images of 12 x 20 pixels; needed: 28 x 28"),
    "a missing file": ({"data.test_labels": '"none"'}, 3, "none: no such file"),
    "a missing folder": ({"data.directory": '"/nowhere"'}, 3, "/nowhere"),
    "a validation split of all": ({"data.validation": "200"}, 2, "data.validation = 200: the training set has 200 images"),
    "a label before the first": ({"data.first_label": "1"}, 3, "label 0 of image 0 (allowed: 1 to 65535"),
    "axes of another array": ({"data.axes": '"hwc"'}, 3, 'data.axes = "hwc"'),
    "no published scaling": ({"data.scaling": '"published"'}, 2, "nothing is published for idx"),
    "channels of another scaling": ({"data.scaling": "{ mean = [0, 0], sd = [1, 1] }"}, 2, "has 2 means"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_check_refuses_what_run_refuses(tmp_path, name):
    changes, status, says = REFUSED[name]
    lab = Lab(tmp_path / "lab", "")
    lab.write(SMALL | write_idx(lab.path / "data") | changes, {})
    checked, ran = said(lab, "check"), said(lab, "run", "--out", lab.out / "R.h5")
    assert checked == ran
    assert checked[0] == status and checked[1].count("\n") == 1 and says in checked[1]


def test_scalings_of_equal_numbers_share_networks(tmp_path, data):
    lab = Lab(tmp_path / "lab", data)
    for name, scaling in (("word", '"centred"'), ("numbers", "{ mean = [0.5], sd = [0.5] }"), ("published", '"published"')):
        lab.write(SMALL | {"data.scaling": scaling}, {})
        lab.run(out=f"{name}.h5")
    assert len(list((lab.out / "models").iterdir())) == 2
    word, numbers, published = (load(lab.file(f"{name}.h5")) for name in ("word", "numbers", "published"))
    np.testing.assert_array_equal(word.loss, numbers.loss)
    assert not np.array_equal(word.loss, published.loss)


def test_decades_are_found_again(lab):
    sweep = {"hardware.variation.sigma": "{ start = 0.01, stop = 1, per_decade = 3, also = [0] }"}
    lab.write({"trials.count": "2"}, sweep)
    lab.run()
    axis = load(lab.file())["hardware.variation.sigma"].values
    np.testing.assert_array_equal(axis, [0, 0.01, 0.0215, 0.0464, 0.1, 0.215, 0.464, 1])
    lab.write({"trials.count": "2"}, {"hardware.variation.sigma": "[0.0464, 0.464]"})
    lab.run("--resume")
    assert len(load(lab.file())["hardware.variation.sigma"]) == 8, "none is new"
