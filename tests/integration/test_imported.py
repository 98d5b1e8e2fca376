"""Networks and weights from elsewhere: the same chips as of the network they came from, and what is refused."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import onnx
import pytest
from lab import PROGRAM, TIMEOUT, chips_to_run, clean_environment, networks_to_train, snapshot
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
    assert networks_to_train(lab.run()) == 0
    np.testing.assert_array_equal(accuracies(lab.file()), accuracies(finished.file())[0])


def as_keras_writes_it(path, arrays):
    """The same perceptron on [images, height, width, channels], normalised in the graph, with nodes of other kinds."""
    half = np.float32(0.5)  # exact: the weights are those of the images times 2
    tensors = {
        "half": half, "flat": np.array([-1, 784]), "w": (2 * arrays["dense1.weights"]).T[None], "b": arrays["dense1.bias"],
        "rows": np.array([784, 8]), "v": arrays["dense2.weights"].T, "c": arrays["dense2.bias"], "low": np.float32(0)}
    nodes = [
        helper.make_node("Mul", ["x", "half"], ["scaled"]),
        helper.make_node("Reshape", ["scaled", "flat"], ["f"]),
        helper.make_node("Reshape", ["w", "rows"], ["w2"]),
        helper.make_node("MatMul", ["f", "w2"], ["p"]),
        helper.make_node("Add", ["p", "b"], ["h"]),
        helper.make_node("Clip", ["h", "low"], ["r"]),
        helper.make_node("MatMul", ["r", "v"], ["q"]),
        helper.make_node("Add", ["q", "c"], ["y"]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["images", 28, 28, 1])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["images", 10])
    tensors = [numpy_helper.from_array(np.asarray(values), name) for name, values in tensors.items()]
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [x], [y], tensors)), str(path))
    return path


@pytest.mark.parametrize("hardware", ["weights", "arrays"])
def test_a_network_of_keras_gives_the_same_answers_as_the_same_of_torch(lab, trained, hardware):
    keys = {**DEPLOYED, "trials.count": "2", "hardware.simulate": quoted(hardware)}
    found = []
    for name, write in [("torch", as_onnx), ("keras", as_keras_writes_it)]:
        lab.write({**keys, **imported(write(lab.path / f"{name}.onnx", trained[1]))}, sweep={"hardware.variation.sigma": "[0.0]"})
        lab.run(out=f"{name}.h5")
        found.append(accuracies(lab.file(f"{name}.h5")))
    np.testing.assert_allclose(found[0], found[1], atol=0.03)  # a few answers near to a tie
    assert found[0].min() > 0.5


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
    refuse(lab, {**DEPLOYED, **imported(as_onnx(file, arrays, (28, 1, 28)))}, BAD_DATA, "net.onnx: ", "28 x 1 x 28")
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


def checked(lab, changes):
    lab.write(changes, sweep={})
    done = subprocess.run([PROGRAM, "check", str(lab.path / "experiment.toml")], env=clean_environment(), capture_output=True,
                          text=True, timeout=TIMEOUT)
    return done.returncode, done.stdout + done.stderr


def test_check_says_what_became_of_weights_of_torch(lab, trained):
    arrays = {name.replace("dense1", "body.0").replace("dense2", "head").replace("weights", "weight"): values
              for name, values in trained[1].items()}
    arrays["norm.num_batches_tracked"] = np.int64(3)
    np.savez(lab.path / "w.npz", **{name: values.astype(values.dtype.newbyteorder(">")) for name, values in arrays.items()})
    keys = {**DEPLOYED, "network.weights": quoted(lab.path / "w.npz")}
    code, text = checked(lab, keys)
    assert "  1 network as in its file and 20 chips to evaluate (20 cells" in text
    assert code == 0
    assert "w.npz: names of torch: dense1 is body.0, dense2 is head; num_batches_tracked is not needed\n" in text
    np.savez(lab.path / "w.npz", **trained[1])
    assert "torch" not in checked(lab, keys)[1]


def test_check_says_that_shared_weights_are_parted(lab, trained):
    file = as_onnx(lab.path / "net.onnx", trained[1])
    assert "share the weights" not in checked(lab, {**DEPLOYED, **imported(file)})[1]
    model = onnx.load(str(file))
    model.graph.initializer.append(numpy_helper.from_array(np.eye(10, dtype=np.float32), "w"))
    model.graph.node[3].output[0] = "z"
    for taken, given in [("z", "u"), ("u", "y")]:
        model.graph.node.append(helper.make_node("MatMul", [taken, "w"], [given], name=f"of_{taken}"))
    onnx.save(model, str(file))
    code, text = checked(lab, {**DEPLOYED, **imported(file)})
    assert code == 0 and "net.onnx: the nodes 'of_z', 'of_u' share the weights 'w': they are parted here" in text


def test_gated_units_are_deployed_and_not_trained(lab):
    random = np.random.default_rng(1)
    tensors = {"W": (1, 6, 39), "R": (1, 6, 2), "v": (2, 61)}
    nodes = [helper.make_node("Transpose", ["x"], ["t"], perm=[1, 0, 2]), helper.make_node("GRU", ["t", "W", "R"], ["y"]),
             helper.make_node("Squeeze", ["y"], ["s"], axes=[1]), helper.make_node("Transpose", ["s"], ["u"], perm=[1, 0, 2]),
             helper.make_node("MatMul", ["u", "v"], ["z"])]
    x, z = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "t", size]) for name, size in [("x", 39), ("z", 61)])
    values = [numpy_helper.from_array(random.normal(size=shape).astype(np.float32), name) for name, shape in tensors.items()]
    model = helper.make_model(helper.make_graph(nodes, "g", [x], [z], values), opset_imports=[helper.make_opsetid("", 11)])
    onnx.save(model, str(lab.path / "gated.onnx"))
    keys = {**DEPLOYED, **imported(lab.path / "gated.onnx"), "data.set": '"timit"', "data.validation": None,
            "hardware.simulate": '"arrays"', "hardware.dac.bits": "7", "hardware.dac.serial": "true", "hardware.adc.bits": "8"}
    code, text = checked(lab, keys)
    assert code == BAD_DATA and "gru1: 8 arrays of at most 41 x 6" in text, text  # the folder holds no such recordings
    assert "'training.epochs': layer gru1 only goes forward" in checked(lab, {**keys, "training.epochs": "1"})[1]
    assert "'accelerator.clock': layer gru1 is recurrent and no lstm" in checked(lab, {**keys, "accelerator.clock": "1e9"})[1]


def test_keys_that_do_not_fit_together(lab, trained):
    refuse(lab, DEPLOYED, BAD_USE, "'training.epochs' is 0")
    refuse(lab, {"network.architecture": '"file"', "network.hidden": None}, BAD_USE, "'network.file' is missing")
    refuse(lab, imported(lab.path / "nope.onnx"), BAD_DATA, "nope.onnx\", but there is no such file")
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
