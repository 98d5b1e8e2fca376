"""Grouped convolutions of an ONNX file on arrays: the chips of a network in which every group is a convolution of its own."""

import re
import subprocess

import h5py
import numpy as np
import onnx
import pytest
from lab import PROGRAM, TIMEOUT, clean_environment, digits
from onnx import TensorProto, helper, numpy_helper

GROUPS, EACH = 4, 2  # outputs of each group, which has one channel
CONVERTERS = {"hardware.adc.bits": "5", "hardware.adc.granularity": '"array"', "hardware.dac.bits": "6",
              "hardware.dac.serial": "true", "hardware.dac.range": "1.5"}  # fmt: skip


def weights():
    """Of both convolutions and the dense layer; all groups have the same largest weight."""
    draw = np.random.default_rng(5)
    first = draw.normal(0, 0.5, (GROUPS, 1, 3, 3)) * np.array([0.5, 1, 1.5, 2]).reshape(-1, 1, 1, 1)
    second = np.clip(draw.normal(0, 0.4, (GROUPS * EACH, 1, 3, 3)), -1, 1)
    second[::EACH, 0, 1, 1] = 1.25
    dense = draw.normal(0, 0.1, (10, GROUPS * EACH * 36))
    return [array.astype(np.float32) for array in (first, second, dense)]


def save(path, nodes, tensors):
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["images", 1, 28, 28])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["images", 10])
    tensors = [numpy_helper.from_array(values, name) for name, values in tensors.items()]
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [x], [y], tensors)), str(path))
    return path


def grouped(path):
    first, second, dense = weights()
    nodes = [
        helper.make_node("Conv", ["x", "first"], ["a"], strides=[2, 2]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "second"], ["c"], strides=[2, 2], group=GROUPS),
        helper.make_node("Flatten", ["c"], ["f"]),
        helper.make_node("Gemm", ["f", "dense"], ["y"], transB=1),
    ]
    return save(path, nodes, {"first": first, "second": second, "dense": dense})


def parted(path):
    """The same without groups: a convolution for each channel, and one behind it."""
    first, second, dense = weights()
    tensors, ends = {"dense": dense}, []
    nodes = [helper.make_node("Relu", ["x"], ["p"])]  # pixels as they are, for several nodes
    for g in range(GROUPS):
        tensors[f"first{g}"] = first[g : g + 1]
        nodes.append(helper.make_node("Conv", ["p", f"first{g}"], [f"a{g}"], strides=[2, 2]))
    for g in range(GROUPS):
        tensors[f"second{g}"] = second[EACH * g : EACH * (g + 1)]
        nodes.append(helper.make_node("Relu", [f"a{g}"], [f"b{g}"]))
        nodes.append(helper.make_node("Conv", [f"b{g}", f"second{g}"], [f"c{g}"], strides=[2, 2]))
        ends.append(f"c{g}")
    nodes += [
        helper.make_node("Concat", ends, ["c"], axis=1),
        helper.make_node("Flatten", ["c"], ["f"]),
        helper.make_node("Gemm", ["f", "dense"], ["y"], transB=1),
    ]
    return save(path, nodes, tensors)


def keys(file, ideal, changes):
    """Converters stand behind the second convolution alone."""
    return {
        "training.epochs": "0", "network.architecture": '"file"', "network.file": f'"{file}"', "network.hidden": None,
        "hardware.simulate": '"arrays"', "hardware.mapping": '"one-sided"', "hardware.weight_bits": None,
        "hardware.cell_bits": None, "trials.count": "1", **changes,
        **({"hardware.ideal_layers": ideal} if "hardware.adc.bits" in changes else {}),
    }  # fmt: skip


def logits(lab, file, ideal, changes):
    name = file.stem
    lab.write(keys(file, ideal, changes), sweep={})
    lab.run(out=f"{name}.h5")
    with h5py.File(lab.file(f"{name}.h5"), "r") as results:
        saturation = results["results/saturation"][()].ravel()
    done = subprocess.run(
        [PROGRAM, "trial", str(lab.file(f"{name}.h5")), "--trial", "0", "--dump", "logits", "--to", str(lab.path / f"{name}.logits.h5")],
        env=clean_environment(), cwd=lab.path, capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with h5py.File(lab.path / f"{name}.logits.h5", "r") as dump:
        return dump["logits"][()].astype(float), saturation


@pytest.mark.parametrize(("adc", "clips"), [
    (None, False), ({"hardware.adc.range": '"calibrated"'}, False), ({"hardware.adc.range": '"maximum"'}, False),
    ({"hardware.adc.range": "[-0.5, 0.5]"}, True)])  # fmt: skip
def test_every_group_computes_as_a_convolution_of_its_own(lab, adc, clips):
    changes = {} if adc is None else {**CONVERTERS, **adc}
    ours, saturation = logits(lab, grouped(lab.path / "grouped.onnx"), "[1, 3]", changes)
    expected, of_parts = logits(lab, parted(lab.path / "parted.onnx"), "[1, 2, 3, 4, 9]", changes)
    np.testing.assert_allclose(ours, expected, atol=2e-5 * np.abs(expected).max())
    if adc is not None:
        assert saturation[1] == pytest.approx(of_parts[4:8].mean(), abs=1e-12)
        assert (saturation[1] > 0.01) == clips


def test_a_depthwise_network_on_ideal_arrays_is_what_numpy_computes(lab):
    first, second, dense = (array.astype(float) for array in weights())
    x = np.asarray(digits(120, 2)[0], np.uint8)[:, None] / 255

    def convolve(planes, kernels, groups):
        size = (planes.shape[2] - 3) // 2 + 1
        out = np.zeros((len(planes), len(kernels), size, size))
        for channel, kernel in enumerate(kernels):
            first_in = channel // (len(kernels) // groups) * kernel.shape[0]
            for c, plane in enumerate(kernel):
                for i in range(3):
                    for j in range(3):
                        out[:, channel] += plane[i, j] * planes[:, first_in + c, i : i + 2 * size - 1 : 2, j : j + 2 * size - 1 : 2]
        return out

    expected = convolve(np.maximum(convolve(x, first, 1), 0), second, GROUPS).reshape(120, -1) @ dense.T
    ours, _ = logits(lab, grouped(lab.path / "grouped.onnx"), "[1, 3]", {})
    np.testing.assert_allclose(ours, expected, atol=2e-5 * np.abs(expected).max())


def test_check_counts_the_arrays_of_every_group(lab):
    file = grouped(lab.path / "grouped.onnx")
    lab.write(keys(file, "[1, 3]", {**CONVERTERS, "hardware.adc.range": '"maximum"'}), sweep={})
    done = subprocess.run(
        [PROGRAM, "check", str(lab.path / "experiment.toml")],
        env=clean_environment(), capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # A pair of arrays for each group; six reads of two outputs a group; 36 places; weights 4 x 9, 8 x 9 and 10 x 288.
    line = re.search(r"(\S+): 8 arrays of at most 9 x 2 in 4 groups, 6 reads and 48 conversions an input vector", done.stdout)
    assert line, done.stdout
    assert f"in all: {2 * (36 + 72 + 2880)} cells, {36 * 48} conversions an image" in done.stdout


def test_their_results_say_that_groups_have_arrays_of_their_own(lab):
    file = grouped(lab.path / "grouped.onnx")
    for simulate, expected in (("arrays", True), ("weights", False)):
        changes = {"hardware.simulate": f'"{simulate}"', "hardware.mapping": None, "hardware.variation.sigma": "0.1"}
        lab.write(keys(file, "", changes), sweep={})
        lab.run(out=f"{simulate}.h5")
        with h5py.File(lab.file(f"{simulate}.h5"), "r") as results:
            identity = results.attrs["experiment_identity"]
            identity = identity.decode() if isinstance(identity, bytes) else identity
        assert ("groups_on_arrays = apart" in identity.splitlines()) == expected
