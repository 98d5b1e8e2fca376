"""Networks and weights from elsewhere: the same chips as of the network they came from, and what is refused."""

import sys
from pathlib import Path

import h5py
import numpy as np
import onnx
import pytest
from lab import chips_to_run, networks_to_train, snapshot
from onnx import TensorProto, helper, numpy_helper

BAD_USE, BAD_DATA, BAD_RESULTS = 2, 3, 4
ROOT = Path(__file__).resolve().parent.parent.parent
SIGMAS = {"hardware.variation.sigma": "[0.0, 0.1, 0.3]"}
DEPLOYED = {"training.epochs": "0"}


@pytest.fixture(scope="session")
def trained(finished):
    """The plain network of the tiny experiment: its file in the store, and its arrays."""
    for path in sorted(finished.out.glob("models/*.model.h5")):
        with h5py.File(path, "r") as file:
            if file.attrs["method"] in ("plain", b"plain"):
                return path, {name: array[()] for name, array in file["parameters"].items()}
    raise AssertionError("no plain network")


def quoted(path):
    return f'"{path}"'


def accuracies(path):
    with h5py.File(path, "r") as file:
        return file["results/accuracy"][()]


def as_onnx(path, arrays, shape=(1, 28, 28)):
    """A perceptron on images."""
    tensors = [numpy_helper.from_array(values, name) for name, values in arrays.items()]
    nodes = [
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("Gemm", ["flat", "dense1.weights", "dense1.bias"], ["h"], transB=1),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Gemm", ["r", "dense2.weights", "dense2.bias"], ["y"], transB=1, name="last"),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["images", *shape])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["images", 10])
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [x], [y], tensors)), str(path))
    return path


def imported(path):
    """The keys of a network that an ONNX file describes."""
    return {"network.architecture": '"file"', "network.file": quoted(path), "network.hidden": None}


def test_deployed_weights_give_the_very_chips_of_the_network_they_came_from(lab, finished, trained):
    stored, arrays = trained
    np.savez(lab.path / "w.npz", **arrays)
    np.savez_compressed(lab.path / "turned.npz", **{name: np.asfortranarray(values) for name, values in arrays.items()})
    expected = accuracies(finished.file())[0]
    assert len(np.unique(expected)) > 3
    for number, file in enumerate([lab.path / "w.npz", lab.path / "turned.npz", stored]):
        lab.write({**DEPLOYED, "network.weights": quoted(file)}, sweep=SIGMAS)
        lab.run(out=f"{number}.h5")
        np.testing.assert_array_equal(accuracies(lab.file(f"{number}.h5")), expected)


def test_a_network_from_an_onnx_file_gives_the_same_chips(lab, finished, trained):
    lab.write({**DEPLOYED, **imported(as_onnx(lab.path / "net.onnx", trained[1]))}, sweep=SIGMAS)
    lab.run()
    np.testing.assert_array_equal(accuracies(lab.file()), accuracies(finished.file())[0])


def test_training_goes_on_from_the_file(lab, trained):
    file = as_onnx(lab.path / "net.onnx", trained[1])
    changes = {**imported(file), "training.learning_rate": "1e-30", "training.epochs": None, "trials.count": "1"}
    lab.write(changes, sweep={"training.epochs": "[0, 1]"})
    lab.run()
    deployed, still = accuracies(lab.file())  # steps too small to change a float
    np.testing.assert_array_equal(deployed, still)
    lab.write({**changes, "training.learning_rate": "3e-3"}, sweep={"training.epochs": "[0, 8]"})
    lab.run(out="moved.h5")
    deployed, moved = accuracies(lab.file("moved.h5"))
    assert (deployed != moved).any()


def test_the_content_of_a_file_counts_and_its_name_does_not(lab, trained):
    arrays = trained[1]
    np.savez(lab.path / "w.npz", **arrays)
    np.savez(lab.path / "same.npz", **arrays)
    (lab.path / "same.npz").write_bytes((lab.path / "w.npz").read_bytes())
    lab.write({**DEPLOYED, "network.weights": quoted(lab.path / "w.npz")}, sweep={})
    lab.run()
    lab.write({**DEPLOYED, "network.weights": quoted(lab.path / "same.npz")}, sweep={})
    assert networks_to_train(lab.run("--resume")) == 0
    np.savez(lab.path / "same.npz", **{name: 2 * values for name, values in arrays.items()})
    assert "network.weights content" in lab.run("--resume", expect=BAD_RESULTS).stderr


@pytest.mark.parametrize("key", ["network.weights", "network.file"])
def test_a_swept_file_can_be_joined_by_others(lab, trained, key):
    arrays = trained[1]
    changes, names, ending = dict(DEPLOYED, **{"trials.count": "1"}), {}, ".npz"
    if key == "network.file":
        changes |= {"network.architecture": '"file"', "network.hidden": None}
        ending = ".onnx"

    def store(name, factor):
        path = lab.path / (name + ending)
        scaled = {array: values * np.float32(factor) for array, values in arrays.items()}
        np.savez(path, **scaled) if ending == ".npz" else as_onnx(path, scaled)
        names[name] = quoted(path)

    store("a", 1)
    store("b", 0.5)
    lab.write(changes, sweep={key: f"[{names['a']}]"})
    lab.run()
    first = accuracies(lab.file())
    lab.write(changes, sweep={key: f"[{names['a']}, {names['b']}]"})
    assert chips_to_run(lab.run("--resume")) == 1
    np.testing.assert_array_equal(accuracies(lab.file())[0], first[0])
    lab.run(out="whole.h5")
    np.testing.assert_array_equal(accuracies(lab.file()), accuracies(lab.file("whole.h5")))
    store("a", 2)
    assert f"{key} content of {names['a'].strip(chr(34))}" in lab.run("--resume", expect=BAD_RESULTS).stderr


def refuse(lab, changes, code, *says, sweep=None):
    lab.write(changes, sweep={} if sweep is None else sweep)
    before = snapshot(lab.out)
    lines = lab.run(expect=code).stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("ohmcarlo: "), lines
    for part in says:
        assert part in lines[0], lines[0]
    assert snapshot(lab.out) == before


def spoil(arrays, what):
    arrays = dict(arrays)
    if what == "shape":
        arrays["dense1.weights"] = arrays["dense1.weights"].T
    elif what == "nan":
        arrays["dense2.bias"] = np.full_like(arrays["dense2.bias"], np.nan)
    elif what == "missing":
        del arrays["dense2.bias"]
    elif what == "unknown":
        arrays["dense3.bias"] = arrays["dense2.bias"]
    elif what == "type":
        arrays["dense1.bias"] = arrays["dense1.bias"].astype(int)
    return arrays


@pytest.mark.parametrize("what, says", [
    ("shape", "array 'dense1.weights' is of the shape [784, 8] (allowed: [8, 784])"),
    ("nan", "array 'dense2.bias': element 0 is nan"),
    ("missing", "it lacks the array 'dense2.bias' [10]"),
    ("unknown", "no layer has the array 'dense3.bias'"),
    ("type", "array 'dense1.bias': its type is '<i8'"),
])
def test_weights_that_do_not_fit(lab, trained, what, says):
    np.savez(lab.path / "w.npz", **spoil(trained[1], what))
    refuse(lab, {**DEPLOYED, "network.weights": quoted(lab.path / "w.npz")}, BAD_DATA, "w.npz: ", says)


def test_networks_that_do_not_fit(lab, trained):
    arrays = trained[1]
    file = lab.path / "net.onnx"
    refuse(lab, {**DEPLOYED, **imported(as_onnx(file, arrays, (28, 28, 1)))}, BAD_DATA, "net.onnx: ", "28 x 28 x 1")
    refuse(lab, {**DEPLOYED, **imported(as_onnx(file, spoil(arrays, "nan")))}, BAD_DATA, "tensor 'dense2.bias'", "nan")
    short = {name: values[:9] if name.startswith("dense2") else values for name, values in arrays.items()}
    refuse(lab, {**DEPLOYED, **imported(as_onnx(file, short))}, BAD_DATA, "gives 9 classes")
    model = onnx.load(str(as_onnx(file, arrays)))
    model.graph.node[3].op_type = "GRU"
    onnx.save(model, str(file))
    refuse(lab, {**DEPLOYED, **imported(file)}, BAD_DATA, "node 'last' (GRU)")
    file.write_bytes(file.read_bytes()[:1000])
    refuse(lab, {**DEPLOYED, **imported(file)}, BAD_DATA, "not an ONNX file, or cut")
    refuse(lab, {**DEPLOYED, **imported(lab.path / "absent.onnx")}, BAD_DATA, "absent.onnx")


def test_keys_that_do_not_fit_together(lab, trained):
    refuse(lab, DEPLOYED, BAD_USE, "'training.epochs' is 0")
    refuse(lab, {"network.architecture": '"file"', "network.hidden": None}, BAD_USE, "'network.file' is missing")
    file = as_onnx(lab.path / "net.onnx", trained[1])
    refuse(lab, {**imported(file), "network.hidden": "[8]"}, BAD_USE, "no point of this experiment reads 'network.hidden'")
    refuse(lab, {**imported(file), "network.weights": quoted(trained[0])}, BAD_USE, "reads 'network.weights'")


def test_weights_of_torch(lab, trained):
    torch = pytest.importorskip("torch")
    sys.path.insert(0, str(ROOT / "experiments"))
    from export_torch import export  # noqa: E402

    nn = torch.nn
    model = nn.Sequential(nn.Conv2d(1, 4, 5, stride=3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10))
    export(model, {"0": "conv1", "1": "norm1", "4": "dense1"}, lab.path / "torch.npz")
    layers = '["conv 4 size 5 stride 3 no-bias", "norm", "relu", "flatten", "dense classes"]'
    keys = {**DEPLOYED, "network.architecture": '"list"', "network.layers": layers, "network.hidden": None, "trials.count": "1"}
    lab.write({**keys, "network.weights": quoted(lab.path / "torch.npz")}, sweep={})
    lab.run()
    model.eval()
    file = lab.path / "torch.onnx"
    torch.onnx.export(model, torch.zeros(1, 1, 28, 28), str(file))
    lab.write({**DEPLOYED, **imported(file), "trials.count": "1"}, sweep={})
    lab.run(out="onnx.h5")
    np.testing.assert_array_equal(accuracies(lab.file()), accuracies(lab.file("onnx.h5")))
