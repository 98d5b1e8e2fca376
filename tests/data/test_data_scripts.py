"""The scripts that fetch and unpack data sets, from folders: nothing is downloaded."""

import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import tarfile
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNPACK = ROOT / "experiments" / "unpack_data.sh"
FETCH = ROOT / "experiments" / "fetch_data.sh"
IDX = [f"{part}-ubyte.gz" for part in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")]


def run(script, *arguments, **environment):
    return subprocess.run(
        ["bash", str(script), *map(str, arguments)],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def original(name):
    """The folder of a real set, or skip."""
    places = [pathlib.Path(place) / name for place in os.environ.get("OHMCARLO_DATA", "").split(":") if place]
    places += [pathlib.Path("/usr/share/datasets") / name, ROOT.parent / "shared" / "data" / name]
    for place in places:
        if all((place / file).is_file() for file in IDX):
            return place
    pytest.skip(f"no {name} at hand")


def archive(path, folder, names):
    with tarfile.open(path, "w:xz") as tar:
        for name in names:
            data = name.encode()
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def write_sums(source):
    lines = []
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.name != "SHA256SUMS":
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(source)}\n")
    (source / "SHA256SUMS").write_text("".join(lines))


@pytest.fixture
def packed(tmp_path):
    """Sets laid out like the packed ones, with the right numbers of tiny files."""
    source = tmp_path / "packed"
    for name in ("mnist", "cifar10", "fsdd", "kws"):
        (source / name).mkdir(parents=True)
        (source / name / "LICENSE.txt").write_text("free")
    for name in IDX:
        (source / "mnist" / name).write_text(name)
    archive(source / "fsdd" / "fsdd.tar.xz", "fsdd", [f"{i % 10}_a_{i // 10}.wav" for i in range(3000)])
    archive(source / "kws" / "kws-wake-words.tar.xz", "kws", [f"w{i % 6}/{i // 6}.flac" for i in range(1200)])
    (source / "cifar10" / "cifar10-jpeg.tar.xz").write_text("archive")
    (source / "cifar10" / "unpack_cifar10.py").write_text(
        "import os, sys\n"
        "out, option, archive = sys.argv[1:]\n"
        "assert option == '--archive' and open(archive).read() == 'archive'\n"
        "os.makedirs(out)\n"
        "for name in [f'data_batch_{i}.bin' for i in range(1, 6)] + ['test_batch.bin']:\n"
        "    open(os.path.join(out, name), 'wb').truncate(int(os.environ.get('BATCH_BYTES', 30730000)))\n"
    )
    write_sums(source)
    return source


def left(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_all_sets_are_unpacked(packed, tmp_path):
    out = tmp_path / "with space" / "data"
    result = run(UNPACK, packed, out)
    assert result.returncode == 0, result.stderr
    assert left(out) == ["cifar10", "fsdd", "kws", "mnist"]
    assert (out / "mnist" / IDX[0]).read_text() == IDX[0]
    assert (out / "cifar10" / "data_batch_5.bin").stat().st_size == 30730000
    assert (out / "fsdd" / "7_a_12.wav").read_text() == "7_a_12.wav"
    assert (out / "kws" / "w3" / "100.flac").is_file()


def test_again_leaves_what_is_there_and_makes_what_is_not(packed, tmp_path):
    out = tmp_path / "data"
    assert run(UNPACK, packed, out, "mnist").returncode == 0
    marker = out / "mnist" / "marker"
    marker.touch()
    assert left(out) == ["mnist"]
    result = run(UNPACK, packed, out, "mnist", "fsdd")
    assert result.returncode == 0
    assert "mnist is already there" in result.stdout
    assert marker.exists()
    assert left(out) == ["fsdd", "mnist"]


@pytest.mark.parametrize(
    "name, file",
    [("mnist", IDX[2]), ("cifar10", "cifar10-jpeg.tar.xz"), ("fsdd", "fsdd.tar.xz"), ("kws", "kws-wake-words.tar.xz")],
)
@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_damaged_source_is_refused_and_leaves_nothing(packed, tmp_path, name, file, damage):
    if damage == "missing":
        (packed / name / file).unlink()
    else:
        (packed / name / file).write_text("other")
    out = tmp_path / "data"
    result = run(UNPACK, packed, out, name)
    assert result.returncode == 3
    assert f"{packed / name}: missing or damaged files" in result.stderr
    assert file in result.stderr
    assert left(out) == []


def test_archive_with_too_few_files_is_refused(packed, tmp_path):
    archive(packed / "fsdd" / "fsdd.tar.xz", "fsdd", [f"{i}.wav" for i in range(2999)])
    write_sums(packed)
    result = run(UNPACK, packed, tmp_path / "data", "fsdd")
    assert result.returncode == 3
    assert "2999 files *.wav, expected 3000" in result.stderr
    assert left(tmp_path / "data") == []


def test_failures_of_the_cifar_script_are_reported(packed, tmp_path):
    result = run(UNPACK, packed, tmp_path / "data", "cifar10", BATCH_BYTES="5")
    assert result.returncode == 3
    assert "not 30730000 bytes" in result.stderr
    result = run(UNPACK, packed, tmp_path / "data", "cifar10", PYTHON="/bin/false")
    assert result.returncode == 3
    assert "/bin/false could not unpack" in result.stderr
    assert left(tmp_path / "data") == []


@pytest.mark.parametrize("script", [UNPACK, FETCH])
def test_usage(script, tmp_path):
    assert run(script, "--help").stdout.startswith("usage:")
    assert run(script).returncode == 2
    assert run(script, "x").returncode == 2
    subprocess.run(["bash", "-n", str(script)], check=True)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", str(script)], check=True)
    assert os.access(script, os.X_OK)


def test_unknown_sets_are_named(packed, tmp_path):
    result = run(UNPACK, packed, tmp_path, "mnits")
    assert (result.returncode, result.stderr) == (
        2,
        "unpack_data: mnits: no such set; allowed: mnist cifar10 fsdd kws\n",
    )
    result = run(FETCH, "mnits", tmp_path)
    assert result.returncode == 2
    assert "allowed: mnist fashion-mnist cifar10 cifar100 tiny-imagenet\n" in result.stderr
    result = run(UNPACK, tmp_path / "none", tmp_path)
    assert result.returncode == 3
    assert "SHA256SUMS: no such file" in result.stderr


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_original_files_are_accepted_from_a_mirror(name, tmp_path):
    mirror = original(name)
    out = tmp_path / "data"
    result = run(FETCH, "--from", mirror.as_uri(), name, out)
    assert result.returncode == 0, result.stderr
    assert left(out) == [name]
    assert left(out / name) == sorted(IDX)
    assert "already there" in run(FETCH, "--from", "file:///nonexistent", name, out).stdout


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_another_file_in_place_of_one_is_refused_and_nothing_stays(name, tmp_path):
    mirror = tmp_path / "mirror"
    shutil.copytree(original(name), mirror)
    shutil.copy(mirror / IDX[1], mirror / IDX[3])  # the last of the four
    result = run(FETCH, "--from", mirror.as_uri(), name, tmp_path / "data")
    assert result.returncode == 3
    assert f"{IDX[3]}: what was downloaded is not the original" in result.stderr
    assert left(tmp_path / "data") == []


@pytest.mark.parametrize(
    "name, file",
    [
        ("mnist", IDX[0]),
        ("cifar10", "cifar-10-binary.tar.gz"),
        ("cifar100", "cifar-100-binary.tar.gz"),
        ("tiny-imagenet", "tiny-imagenet-200.zip"),
    ],
)
def test_rubbish_and_missing_files_leave_nothing(name, file, tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    result = run(FETCH, "--from", mirror.as_uri(), name, tmp_path / "data")
    assert result.returncode == 3
    assert f"{file}: could not be downloaded" in result.stderr
    (mirror / file).write_text("<html>not found</html>")
    result = run(FETCH, "--from", mirror.as_uri(), name, tmp_path / "data")
    assert result.returncode == 3
    assert f"{file}: what was downloaded is not" in result.stderr
    assert left(tmp_path / "data") == []


def trusting(tmp_path):
    """A PATH whose md5sum accepts everything: no archive with a real checksum is at hand."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "md5sum").write_text("#!/bin/sh\ncat >/dev/null\n")
    (tmp_path / "bin" / "md5sum").chmod(0o755)
    return f"{tmp_path / 'bin'}:{os.environ['PATH']}"


@pytest.mark.parametrize(
    "name, folder, files",
    [
        ("cifar10", "cifar-10-batches-bin", ["data_batch_1.bin", "test_batch.bin", "batches.meta.txt"]),
        ("cifar100", "cifar-100-binary", ["train.bin", "test.bin", "fine_label_names.txt"]),
    ],
)
def test_archive_that_passes_its_checksum_is_laid_out(name, folder, files, tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    archive(mirror / "plain.tar.xz", folder, [*files, "readme.html"])
    packed = mirror / ("cifar-10-binary.tar.gz" if name == "cifar10" else "cifar-100-binary.tar.gz")
    with tarfile.open(mirror / "plain.tar.xz") as source, tarfile.open(packed, "w:gz") as target:
        for member in source:
            target.addfile(member, source.extractfile(member))
    out = tmp_path / "data"
    result = run(FETCH, "--from", mirror.as_uri(), name, out, PATH=trusting(tmp_path))
    assert result.returncode == 0, result.stderr
    assert left(out / name) == sorted(files)
    assert left(out) == [name]


def test_tree_of_tiny_imagenet_is_laid_out_without_its_unlabelled_images(tmp_path):
    kept = ["train/n01443537/images/n01443537_0.JPEG", "val/images/val_0.JPEG", "val/val_annotations.txt", "wnids.txt"]
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    with zipfile.ZipFile(mirror / "tiny-imagenet-200.zip", "w") as packed:
        for name in [*kept, "test/images/test_0.JPEG"]:
            packed.writestr(f"tiny-imagenet-200/{name}", name)
    out = tmp_path / "data"
    result = run(FETCH, "--from", mirror.as_uri(), "tiny-imagenet", out, PATH=trusting(tmp_path))
    assert result.returncode == 0, result.stderr
    place = out / "tiny-imagenet"
    assert sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()) == kept
    assert (place / kept[1]).read_text() == kept[1]
    assert left(out) == ["tiny-imagenet"]


def test_archive_of_tiny_imagenet_that_is_cut_short_leaves_nothing(tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    with zipfile.ZipFile(mirror / "whole.zip", "w") as packed:
        packed.writestr("tiny-imagenet-200/wnids.txt", "n01443537")
    (mirror / "tiny-imagenet-200.zip").write_bytes((mirror / "whole.zip").read_bytes()[:40])
    result = run(FETCH, "--from", mirror.as_uri(), "tiny-imagenet", tmp_path / "data", PATH=trusting(tmp_path))
    assert result.returncode == 3
    assert "tiny-imagenet-200.zip: cannot be unpacked" in result.stderr
    assert left(tmp_path / "data") == []


@pytest.mark.slow
def test_real_cifar10_is_unpacked_to_its_published_counts(tmp_path):
    source = ROOT.parent / "shared" / "data"
    if not (source / "cifar10" / "cifar10-jpeg.tar.xz").is_file():
        pytest.skip("no packed cifar10 at hand")
    result = run(UNPACK, source, tmp_path, "cifar10")
    assert result.returncode == 0, result.stderr
    for name, batches in (("data_batch_?.bin", 5), ("test_batch.bin", 1)):
        data = b"".join(path.read_bytes() for path in sorted((tmp_path / "cifar10").glob(name)))
        labels = data[::3073]
        assert [labels.count(label) for label in range(10)] == [1000 * batches] * 10
