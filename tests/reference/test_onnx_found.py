"""Graphs in the style of those who write ONNX files (torch, tf2onnx, keras2onnx, OnnxMLTools), against numpy."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from test_onnx import CELLS, FEATURES, IMAGES, Net, SequenceNet, conv, expect_same, flat_net, image_net, norm, ours, sigmoid, windows

FIRST, LAST = (0, 3, 1, 2), (0, 2, 3, 1)  # channels to the front, and to the end


def relu(v):
    return np.maximum(v, 0)


def erf(v):
    """From its series, which is exact to rounding for the numbers of these tests."""
    term, total = v.copy(), v.copy()
    for n in range(1, 120):
        term = -term * v * v / n
        total = total + term / (2 * n + 1)
    return total * 2 / np.sqrt(np.pi)


def turned(net, name, perm):
    return net.add("Transpose", [name], lambda v: v.transpose(perm), perm=list(perm))


def integers(net, *numbers):
    return net.tensor(np.array(numbers, np.int64))


def shape_of(net, name):
    return net.add("Shape", [name], lambda v: np.array(v.shape))


def reshaped(net, name, *target):
    return net.add("Reshape", [name, integers(net, *target)], lambda v, _: v.reshape(IMAGES, *target[1:]))


def convolved(net, name, *shape, padding=0):
    return net.add("Conv", [name, net.weights(*shape)], lambda x, w: conv(x, w, None, 1, padding), pads=[padding] * 4)


def pooled(net, name):
    return net.add("MaxPool", [name], lambda x: np.max(windows(x, 2, 2, 0, 0), axis=(4, 5)), kernel_shape=[2, 2], strides=[2, 2])


def product(net, name, outputs=4):
    return net.add("MatMul", [name, net.weights(net.values[name].shape[-1], outputs)], np.matmul)


def plus(net, name, *shape):
    return net.add("Add", [name, net.weights(*shape)], np.add)


# ---- constants that nodes compute ------------------------------------------------------------------------------------------


def test_flattening_by_size_as_torch_writes_it(tmp_path):
    net = image_net()
    c = net.add("Relu", [convolved(net, "x", 2, 3, 3, 3)], relu)
    images = net.add("Gather", [shape_of(net, c), net.tensor(np.array(0))], lambda s, _: s[0], axis=0)
    first = net.add("Unsqueeze", [images, integers(net, 0)], lambda v, _: v.reshape(1))
    minus = net.add("Constant", [], lambda: np.array([-1]), value=numpy_helper.from_array(np.array([-1])))
    target = net.add("Concat", [first, minus], lambda a, b: np.concatenate([a, b]), axis=0)
    flat = net.add("Reshape", [c, target], lambda v, _: v.reshape(IMAGES, -1))
    net.check(tmp_path, product(net, flat))


def test_flattening_by_a_slice_of_the_shape_as_keras2onnx_writes_it(tmp_path):
    net = image_net()
    c = convolved(net, "x", 2, 3, 3, 3)
    images = net.add("Slice", [shape_of(net, c), integers(net, 0), integers(net, 1), integers(net, 0)], lambda s, *_: s[:1])
    rest = net.add("Slice", [shape_of(net, c), integers(net, 1), integers(net, 2 ** 63 - 1)], lambda s, *_: s[1:])
    count = net.add("ReduceProd", [rest], lambda v: np.prod(v, keepdims=True))
    count = net.add("Cast", [net.add("Cast", [count], lambda v: v, to=1)], lambda v: v, to=7)
    target = net.add("Concat", [images, count], lambda a, b: np.concatenate([a, b]), axis=-1)
    net.check(tmp_path, product(net, net.add("Reshape", [c, target], lambda v, _: v.reshape(IMAGES, -1))))


def test_weights_that_nodes_compute(tmp_path):
    net = flat_net()
    w = net.add("Transpose", [net.weights(2, 2, 6)], lambda v: v.transpose(2, 0, 1), perm=[2, 0, 1])
    w = net.add("Reshape", [w, integers(net, 0, -1)], lambda v, _: v.reshape(6, 4))
    scale = net.add("Sqrt", [net.add("Add", [net.weights(4, low=0.5), net.weights(1, low=0.5)], np.add)], np.sqrt)
    w = net.add("Mul", [net.add("Neg", [w], np.negative), net.add("Reciprocal", [scale], np.reciprocal)], np.multiply)
    w = net.add("Concat", [w, net.add("Unsqueeze", [net.weights(6), integers(net, 1)], lambda v, _: v[:, None])],
                lambda a, b: np.concatenate([a, b], axis=1), axis=1)
    w = net.add("Gather", [w, integers(net, 4, 1, -3)], lambda v, i: v[:, [4, 1, -3]], axis=1)
    h = net.add("MatMul", ["x", w], np.matmul)
    b = net.add("Squeeze", [net.weights(1, 3), integers(net, 0)], lambda v, _: v[0])
    b = net.add("Expand", [b, integers(net, 1, 3)], lambda v, _: v[None])
    b = net.add("Slice", [net.add("Div", [b, net.weights(1, low=0.5)], np.divide), integers(net, 0), integers(net, 3), integers(net, -1)],
                lambda v, *_: v)
    net.check(tmp_path, net.add("Add", [h, net.add("Identity", [b], lambda v: v)], np.add))


@pytest.mark.parametrize("kind", [np.float16, np.float64, np.float32])
@pytest.mark.parametrize("opset", [7, 13, 15])
def test_weights_of_other_precision(tmp_path, kind, opset):
    net = flat_net()
    w = net.random.uniform(-1, 1, (6, 4)).astype(kind)
    cast = net.add("Cast", [net.tensor(w)], lambda v: v, to=1)
    net.check(tmp_path, net.add("MatMul", ["x", cast], np.matmul), opset=opset)


def test_a_graph_of_doubles(tmp_path):
    net = flat_net()
    out = net.add("MatMul", [net.add("Cast", ["x"], lambda v: v, to=11), net.tensor(net.random.normal(size=(6, 4)))], np.matmul)
    net.check(tmp_path, net.add("Cast", [net.add("Softmax", [out], lambda v: v)], lambda v: v, to=1))


@pytest.mark.parametrize("opset", [19, 23, 25])
def test_operator_sets_later_than_the_library_knows(tmp_path, opset):
    net = flat_net()
    model = net.model(product(net, net.add("Relu", [product(net, "x", 7)], relu)))
    model.opset_import[0].version = opset
    assert ours(tmp_path, model, net.x).shape == (IMAGES, 4)
    model.opset_import[0].version = 26
    assert "ONNX operators of set 26 (allowed: 7 to 25)" in ours(tmp_path, model, net.x)


# ---- channels last -------------------------------------------------------------------------------------------------------


class LastNet(Net):
    """Images are [images, height, width, channels] in the file, and [channels, height, width] here."""

    def __init__(self, channels=3, height=8, width=6, **options):
        super().__init__(np.random.default_rng(5).normal(size=(IMAGES, height, width, channels)), **options)

    def check(self, folder, output, **options):
        expect_same(ours(folder, self.model(output, **options), self.x.transpose(FIRST)), self.values[output])


@pytest.mark.parametrize("channels", [1, 3])
def test_a_network_of_tf2onnx(tmp_path, channels):
    net = LastNet(channels)
    c = net.add("Relu", [plus(net, convolved(net, turned(net, "x", FIRST), 4, channels, 3, 3, padding=1), 4, 1, 1)], relu)
    c = turned(net, convolved(net, pooled(net, c), 5, 4, 2, 2), LAST)
    flat = reshaped(net, c, -1, 3 * 2 * 5)
    h = net.add("Relu", [plus(net, product(net, flat, 9), 9)], relu)
    net.check(tmp_path, net.add("Softmax", [plus(net, product(net, h), 4)], lambda v: v))


def test_one_channel_is_moved_by_a_reshape(tmp_path):
    net = LastNet(1)
    c = convolved(net, net.add("Reshape", ["x", integers(net, -1, 1, 8, 6)], lambda v, _: v.reshape(IMAGES, 1, 8, 6)), 4, 1, 3, 3)
    net.check(tmp_path, product(net, reshaped(net, turned(net, c, LAST), -1, 96)))


def test_a_network_of_onnxmltools(tmp_path):
    """Transposes around every layer, biases and normalisations of channels that are last, a mean over height and width."""
    net = LastNet()
    scaled = net.add("Div", [net.add("Sub", ["x", net.weights(3)], np.subtract), net.weights(3, low=0.5)], np.divide)
    c = plus(net, turned(net, convolved(net, turned(net, scaled, FIRST), 6, 3, 3, 3, padding=1), LAST), 6)
    c = net.add("LeakyRelu", [c], lambda v: np.where(v < 0, 0.2 * v, v), alpha=0.2)
    c = plus(net, net.add("Mul", [c, net.weights(1, 1, 1, 6)], np.multiply), 6)
    d = turned(net, convolved(net, turned(net, c, FIRST), 6, 6, 1, 1), LAST)
    c = net.add("Add", [c, d], np.add)
    c = turned(net, pooled(net, turned(net, c, FIRST)), LAST)
    p = net.add("ReduceMean", [c], lambda v: v.mean(axis=(1, 2)), axes=[1, 2], keepdims=0)
    net.check(tmp_path, plus(net, product(net, p), 4))


def test_a_normalisation_of_flattened_features_whose_channels_are_last(tmp_path):
    net = LastNet()
    c = turned(net, convolved(net, turned(net, "x", FIRST), 4, 3, 3, 3), LAST)
    flat = plus(net, net.add("Mul", [net.add("Flatten", [c], lambda v: v.reshape(IMAGES, -1)), net.weights(96)], np.multiply), 96)
    flat = net.add("BatchNormalization", [flat, *(net.weights(96) for _ in range(3)), net.weights(96, low=0.5)],
                   lambda *v: norm(*v, 1e-3), epsilon=1e-3)
    net.check(tmp_path, product(net, net.add("Tanh", [flat], np.tanh)))


def test_flattening_at_once(tmp_path):
    net = LastNet()
    net.check(tmp_path, product(net, reshaped(net, "x", -1, 144)))


def test_images_without_channels(tmp_path):
    net = Net(np.random.default_rng(5).normal(size=(IMAGES, 6, 7)))
    net.check(tmp_path, product(net, net.add("Flatten", [net.add("Mul", ["x", net.tensor(np.float32(0.3))], np.multiply)],
                                             lambda v: v.reshape(IMAGES, -1))))
    net = Net(np.random.default_rng(5).normal(size=(IMAGES, 6, 7)))
    c = convolved(net, net.add("Unsqueeze", ["x", integers(net, 1)], lambda v, _: v[:, None]), 3, 1, 3, 3)
    net.check(tmp_path, product(net, reshaped(net, c, 0, -1)))


def test_padding_in_the_graph(tmp_path):
    net = LastNet()
    p = net.add("Pad", ["x", integers(net, 0, 0, 1, 0, 0, 1, 0, 0)], lambda v, _: np.pad(v, ((0, 0), (0, 1), (1, 0), (0, 0))))
    c = convolved(net, turned(net, p, FIRST), 4, 3, 3, 3)
    p = net.add("Pad", [c, integers(net, 0, 0, 0, 2, 0, 0, 1, 0), net.tensor(np.float32(0.5))],
                lambda v, *_: np.pad(v, ((0, 0), (0, 0), (0, 1), (2, 0)), constant_values=0.5))
    net.check(tmp_path, product(net, reshaped(net, p, 0, -1)))


@pytest.mark.parametrize("way, before", [("SAME_UPPER", 0), ("SAME_LOWER", 1)])
def test_padding_to_the_same_size_that_is_not_as_much_before_as_behind(tmp_path, way, before):
    def padded(v, fill):
        return np.pad(v, ((0, 0), (0, 0), (before, 1 - before), (before, 1 - before)), constant_values=fill)

    net = image_net()
    c = net.add("Conv", ["x", net.weights(4, 3, 3, 3)], lambda x, w: conv(padded(x, 0), w, None, 2), auto_pad=way, strides=[2, 2])
    c = net.add("MaxPool", [c], lambda x: np.max(windows(padded(x, -np.inf), 3, 2, 0, 0), axis=(4, 5)), auto_pad=way,
                kernel_shape=[3, 3], strides=[2, 2])
    net.check(tmp_path, product(net, reshaped(net, c, 0, -1)))


def test_means_that_do_not_count_their_padding(tmp_path):
    net = image_net()
    c = convolved(net, "x", 4, 3, 3, 3)

    def mean(x):
        ones = windows(np.ones_like(x), 3, 2, 1, 0).sum(axis=(4, 5))
        return windows(x, 3, 2, 1, 0).sum(axis=(4, 5)) / ones

    p = net.add("AveragePool", [c], mean, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    net.check(tmp_path, product(net, reshaped(net, p, 0, -1)))


# ---- one axis --------------------------------------------------------------------------------------------------------------


def conv1d(x, w, b=0.0, stride=1, padding=0):
    view = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (0, 0), (padding, padding))), w.shape[2], axis=2)
    return np.einsum("nclk,ock->nol", view[:, :, ::stride], w) + np.reshape(b, (-1, 1))


def test_convolutions_along_one_axis(tmp_path):
    net = Net(np.random.default_rng(5).normal(size=(IMAGES, 3, 20)))
    c = net.add("Conv", ["x", net.weights(5, 3, 4), net.weights(5)], lambda x, w, b: conv1d(x, w, b, 2, 1), strides=[2], pads=[1, 1])
    c = net.add("BatchNormalization", [c, *(net.weights(5) for _ in range(3)), net.weights(5, low=0.5)], lambda *v: norm(*v, 1e-5))
    c = net.add("MaxPool", [net.add("Relu", [c], relu)], lambda v: v.reshape(IMAGES, 5, 5, 2).max(axis=3),
                kernel_shape=[2], strides=[2])
    c = net.add("Conv", [c, net.weights(6, 5, 3)], conv1d)
    p = net.add("GlobalAveragePool", [c], lambda v: v.mean(axis=2, keepdims=True))
    net.check(tmp_path, product(net, net.add("Squeeze", [p, integers(net, 2)], lambda v, _: v[:, :, 0])))


def test_a_convolution_along_one_axis_as_tf2onnx_writes_it(tmp_path):
    """[images, steps, features], as the data lie: a layer of its own turns them."""
    net = Net(np.random.default_rng(5).normal(size=(IMAGES, 12, 3)))
    four = net.add("Unsqueeze", ["x", integers(net, 1)], lambda v, _: v[:, None])
    c = convolved(net, turned(net, four, FIRST), 4, 3, 1, 3)
    steps = net.add("Squeeze", [turned(net, c, LAST), integers(net, 1)], lambda v, _: v[:, 0])
    net.check(tmp_path, product(net, reshaped(net, plus(net, steps, 4), -1, 40)))


# ---- functions of every value ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("op, function, attributes", [
    ("LeakyRelu", lambda v: np.where(v < 0, 0.01 * v, v), {}),
    ("Elu", lambda v: np.where(v < 0, 1.5 * np.expm1(v), v), {"alpha": 1.5}),
    ("Selu", lambda v: 1.0507010 * np.where(v < 0, 1.6732632 * np.expm1(v), v), {}),
    ("HardSigmoid", lambda v: np.clip(0.2 * v + 0.5, 0, 1), {}),
    ("HardSwish", lambda v: v * np.clip(v / 6 + 0.5, 0, 1), {}),
    ("Softplus", lambda v: np.log1p(np.exp(v)), {}),
    ("Softsign", lambda v: v / (1 + np.abs(v)), {}),
    ("Erf", erf, {}),
    ("Neg", np.negative, {})])
@pytest.mark.parametrize("make", [image_net, flat_net])
def test_functions_of_every_value(tmp_path, op, function, attributes, make):
    net = make()
    first = convolved(net, "x", 2, 3, 1, 1) if make is image_net else product(net, "x", 5)
    out = net.add(op, [first], function, **attributes)
    net.check(tmp_path, product(net, net.add("Flatten", [out], lambda v: v.reshape(IMAGES, -1))), opset=14)


@pytest.mark.parametrize("way", ["none", "tanh"])
def test_gelu_and_swish(tmp_path, way):
    net = flat_net()
    h = product(net, "x", 5)
    gelu = {"none": lambda v: v * (1 + erf(v / np.sqrt(2))) / 2,
            "tanh": lambda v: v * (1 + np.tanh(np.sqrt(2 / np.pi) * (v + 0.044715 * v ** 3))) / 2}[way]
    out = net.add("Relu", [h], gelu)
    second = net.add("Abs", [product(net, out)], lambda v: v * sigmoid(v))
    model = net.model(product(net, second))
    model.graph.node[1].op_type = "Gelu"  # of set 20, which the library does not check
    model.graph.node[1].attribute.append(helper.make_attribute("approximate", way))
    model.graph.node[3].op_type = "Swish"
    model.opset_import[0].version = 24
    expect_same(ours(tmp_path, model, net.x), net.values[model.graph.output[0].name])


def test_gelu_and_swish_of_several_nodes_as_torch_writes_them(tmp_path):
    net = flat_net()
    h = product(net, "x", 5)
    e = net.add("Erf", [net.add("Div", [h, net.tensor(np.float32(np.sqrt(2)))], np.divide)], erf)
    gelu = net.add("Mul", [h, net.add("Add", [e, net.tensor(np.float32(1))], np.add)], np.multiply)
    h = product(net, net.add("Mul", [gelu, net.tensor(np.float32(0.5))], np.multiply))
    swish = net.add("Mul", [h, net.add("Sigmoid", [h], sigmoid)], np.multiply)
    less = net.add("Sub", [swish, net.add("Tanh", [h], np.tanh)], np.subtract)
    net.check(tmp_path, product(net, less))


def test_clips(tmp_path):
    net = flat_net()
    h = net.add("Clip", [product(net, "x", 5), net.tensor(np.float32(0)), net.tensor(np.float32(1.5))], lambda v, *_: np.clip(v, 0, 1.5))
    h = net.add("Clip", [product(net, h), net.tensor(np.float32(-0.5))], lambda v, _: np.maximum(v, -0.5))
    h = net.add("Max", [product(net, h), net.tensor(np.float32(0.1))], lambda v, _: np.maximum(v, 0.1))
    net.check(tmp_path, product(net, net.add("Min", [h, net.tensor(np.float32(0.9))], lambda v, _: np.minimum(v, 0.9))))
    old = flat_net()
    h = old.add("Clip", [product(old, "x", 5)], lambda v: np.clip(v, 0, 0.7), min=0.0, max=0.7)
    old.check(tmp_path, product(old, h), opset=7)


def test_constants_before_and_behind_layers(tmp_path):
    net = image_net()
    scaled = net.add("Div", [net.add("Sub", ["x", net.weights(1, 3, 1, 1)], np.subtract), net.weights(3, 1, 1, low=0.5)], np.divide)
    c = net.add("Mul", [convolved(net, scaled, 4, 3, 3, 3), net.weights(4, 1, 1)], np.multiply)
    c = net.add("Sub", [net.weights(1), plus(net, c, 4, 6, 6)], np.subtract)
    c = net.add("Relu", [c], relu)
    net.check(tmp_path, product(net, reshaped(net, net.add("Mul", [net.weights(1), c], np.multiply), 0, -1)))


def test_branches_put_together(tmp_path):
    net = image_net()
    c = net.add("Relu", [convolved(net, "x", 4, 3, 3, 3)], relu)
    parts = [convolved(net, c, 2, 4, 1, 1), convolved(net, c, 3, 4, 3, 3, padding=1), c]
    c = net.add("Concat", parts, lambda *v: np.concatenate(v, axis=1), axis=1)
    p = net.add("GlobalMaxPool", [c], lambda v: v.max(axis=(2, 3), keepdims=True))
    q = net.add("ReduceMean", [c], lambda v: v.mean(axis=(2, 3), keepdims=True), axes=[-1, -2])
    both = net.add("Concat", [p, q], lambda *v: np.concatenate(v, axis=1), axis=1)
    net.check(tmp_path, product(net, reshaped(net, both, 0, -1)))


# ---- refusals ------------------------------------------------------------------------------------------------------------


def test_refusals_name_what_cannot_be(tmp_path):
    def line(net, output):
        return ours(tmp_path, net.model(output), net.x)

    net = LastNet(1)
    assert "(MatMul): its input is of the shape [images, 8, 6, 1] (allowed: [images, features])" in line(
        net, net.add("MatMul", ["x", net.weights(1, 4)], np.matmul))
    net = image_net()
    c = convolved(net, "x", 4, 3, 3, 3)
    assert "(ReduceMean): it takes other means of [images, 4, 6, 6] than those over height and width" in line(
        net, net.add("ReduceMean", [c], lambda v: v.mean(axis=(1, 2)), axes=[1, 2], keepdims=0))
    assert "(Transpose): it moves the images of [images, 4, 6, 6] to another axis, perm being [1, 0, 2, 3]" in line(
        net, turned(net, c, (1, 0, 2, 3)))
    assert "(Div): it divides by activations" in line(net, net.add("Div", [net.weights(1), c], np.divide))
    assert "(Sqrt): the operator Sqrt of activations is not supported" in line(net, net.add("Sqrt", [c], np.abs))
    assert "(Mul): its constant is of the shape [6, 1]" not in line(net, net.add("Mul", [c, net.weights(6, 1)], np.multiply))
    assert "(Mul): [5] and [4, 6, 6] do not fit each other" in line(net, net.add("Mul", [c, net.weights(5)], lambda v, _: v))


# ---- recurrent nodes: plain and gated ones, written down from the standard -------------------------------------------------


def recurrent_frames(op, x, w, r, b, behind):
    """[steps, sequences, cells]; gates of the GRU are z, r, h"""
    h, frames = np.zeros((x.shape[1], r.shape[2])), []
    gates = w.shape[1] // r.shape[2]
    w, r = np.split(w[0], gates), np.split(r[0], gates)
    b, c = np.split(b[0], 2)
    b, c = np.split(b, gates), np.split(c, gates)
    for frame in x:
        if op == "RNN":
            h = np.tanh(frame @ w[0].T + b[0] + h @ r[0].T + c[0])
        else:
            update = sigmoid(frame @ w[0].T + b[0] + h @ r[0].T + c[0])
            reset = sigmoid(frame @ w[1].T + b[1] + h @ r[1].T + c[1])
            inner = reset * (h @ r[2].T + c[2]) if behind else (reset * h) @ r[2].T + c[2]
            h = (1 - update) * np.tanh(frame @ w[2].T + b[2] + inner) + update * h
        frames.append(h)
    return np.array(frames)


@pytest.mark.parametrize("op, behind", [("RNN", 0), ("GRU", 0), ("GRU", 1)])
@pytest.mark.parametrize("of_last", [False, True])
def test_plain_and_gated_units(tmp_path, op, behind, of_last):
    net, gates = SequenceNet(), 3 if op == "GRU" else 1
    x = net.turned("x", 1, 0, 2)
    tensors = [net.weights(1, gates * CELLS, FEATURES), net.weights(1, gates * CELLS, CELLS), net.weights(1, 2 * gates * CELLS)]
    zeros = net.add("ConstantOfShape", [net.add("Shape", ["x"], lambda v: np.array(v.shape))], np.zeros)  # as torch has it
    y = recurrent_frames(op, net.values[x], *(net.values[t] for t in tensors), behind)
    attributes = {"hidden_size": CELLS, **({"linear_before_reset": behind} if op == "GRU" else {})}
    net.nodes.append(helper.make_node(op, [x, *tensors, "", zeros], ["all", "last"], name="cells", **attributes))
    net.values |= {"all": y[:, None], "last": y[-1:]}
    frames = net.squeezed("last", 0) if of_last else net.turned(net.squeezed("all", 1), 1, 0, 2)
    net.check(tmp_path, net.dense(frames))
    assert "node 'cells' (%s): direction is 'reverse' (allowed: forward)" % op in reversed_line(tmp_path, net, net.dense(frames))


def reversed_line(folder, net, output):
    model = net.model(output)
    node = next(node for node in model.graph.node if node.name == "cells")
    node.attribute.append(helper.make_attribute("direction", "reverse"))
    return ours(folder, model, net.sequences, 6)


# ---- files that once were refused ------------------------------------------------------------------------------------------

CASES = Path(__file__).resolve().parent.parent / "exchange" / "cases"


def case(name):
    """The bytes of the file, and its tensors."""
    content = (CASES / f"{name}.onnx").read_bytes()
    tensors = onnx.load_from_string(content).graph.initializer
    return content, {tensor.name: numpy_helper.to_array(tensor).astype(float) for tensor in tensors}


def test_a_constant_that_is_reshaped(tmp_path):
    content, t = case("constant-reshape")
    x = np.random.default_rng(5).normal(size=(IMAGES, 784))
    expect_same(ours(tmp_path, content, x), x @ t["w4"].reshape(784, 10))


def test_channels_that_are_last_between_two_layers(tmp_path):
    content, t = case("nhwc")
    x = np.random.default_rng(5).normal(size=(IMAGES, 1, 28, 28))
    h = np.maximum(conv(x, t["k"]), 0).transpose(LAST).reshape(IMAGES, -1)
    expect_same(ours(tmp_path, content, x), h @ t["w"])


def test_a_view_of_the_number_of_images(tmp_path):
    content, t = case("view-of-size")
    x = np.random.default_rng(5).normal(size=(IMAGES, 1, 28, 28))
    expect_same(ours(tmp_path, content, x), conv(x, t["k"]).reshape(IMAGES, -1) @ t["w"].T + t["b"])


def test_gated_units_of_torch(tmp_path):
    content, t = case("gru")
    x = np.random.default_rng(5).normal(size=(IMAGES, 6, 39))
    frames = recurrent_frames("GRU", x.swapaxes(0, 1), t["W"], t["Rr"], t["B"], True)
    expect_same(ours(tmp_path, content, x, 6), frames[-1] @ t["w"].T + t["b"])
