"""Networks in ONNX files: what they give against numpy, operator by operator, and against torch that exported them."""

import io
import os
import subprocess

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node.lstm import LSTM_Helper

TOLERANCE = 1e-5  # of the largest output
IMAGES = 5


def ours(folder, model, x, steps=None):
    """What our network gives for x [images, ...] or [sequences, steps, ...], or the line in which the file is refused."""
    path, inputs = folder / "net.onnx", folder / "inputs.txt"
    path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    rows = x.reshape(len(x) * (steps or 1), -1)
    with open(inputs, "w") as file:
        print(*rows.shape, file=file)
        np.savetxt(file, rows, fmt="%.9g")
    command = [os.environ["OHMCARLO_ONNX_OUTPUTS"], path, inputs] + ([str(steps)] if steps else [])
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode == 3:
        assert run.stderr.count("\n") == 1 and run.stdout == ""
        return run.stderr
    assert run.returncode == 0, run.stderr
    return np.array([line.split() for line in run.stdout.splitlines()], float)


def expect_same(found, expected):
    assert not isinstance(found, str), found
    expected = np.asarray(expected, float).reshape(found.shape)
    error = np.abs(found - expected).max() / np.abs(expected).max()
    print(f"largest difference {error:.2e} of the largest output")
    assert error < TOLERANCE
    assert np.abs(expected).max() > 0.01 and expected.std() > 1e-3  # something to compare


# ---- operators in double precision, written down from the standard --------------------------------------------------------


def pair(number):
    return number if isinstance(number, tuple) else (number, number)


def windows(x, size, stride, padding, fill):
    """[images, channels, rows, columns, size down, size across]; each of size, stride and padding one number or two"""
    (down, across), (top, left) = pair(stride), pair(padding)
    x = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(x, pair(size), axis=(2, 3))
    return view[:, :, ::down, ::across]


def conv(x, w, b=None, stride=1, padding=0, group=1):
    parts = []
    for part, kernels in zip(np.split(x, group, axis=1), np.split(w, group)):
        parts.append(np.einsum("nchwij,ocij->nohw", windows(part, w.shape[2:], stride, padding, 0), kernels))
    y = np.concatenate(parts, axis=1)
    return y if b is None else y + b[:, None, None]


def norm(x, gamma, beta, mean, variance, epsilon):
    shape = (-1,) + (1,) * (x.ndim - 2)
    gamma, beta, mean, variance = (v.reshape(shape) for v in (gamma, beta, mean, variance))
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Net:
    """A graph under construction, and the same computed by numpy as it grows."""

    def __init__(self, x, batch="images"):
        self.x, self.batch = x.astype(np.float32), batch
        self.values = {"x": self.x.astype(float)}
        self.nodes, self.tensors, self.count = [], [], 0
        self.random = np.random.default_rng(7)

    def weights(self, *shape, low=-1.0, high=1.0):
        """The name of a new tensor of random numbers."""
        return self.tensor(self.random.uniform(low, high, shape).astype(np.float32))

    def tensor(self, values):
        name = f"t{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.asarray(values), name))
        self.values[name] = np.asarray(values, float)
        return name

    def add(self, op, inputs, function, **attributes):
        """The name of what a new node gives, which by numpy is function(*inputs)."""
        self.count += 1
        name = f"v{self.count}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"n{self.count}", **attributes))
        self.values[name] = function(*(self.values[i] for i in inputs))
        return name

    def model(self, output, opset=13):
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [self.batch, *self.x.shape[1:]])
        y = helper.make_tensor_value_info(output, TensorProto.FLOAT, [None] * self.values[output].ndim)
        graph = helper.make_graph(self.nodes, "g", [x], [y], self.tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
        onnx.checker.check_model(model)
        return model

    def check(self, folder, output, **options):
        expect_same(ours(folder, self.model(output, **options), self.x), self.values[output])


def image_net(channels=3, side=8, **options):
    return Net(np.random.default_rng(5).normal(size=(IMAGES, channels, side, side)), **options)


def flat_net(features=6, **options):
    return Net(np.random.default_rng(5).normal(size=(IMAGES, features)), **options)


def head(net, name):
    """A final product of four classes."""
    flat = net.add("Flatten", [name], lambda v: v.reshape(IMAGES, -1))
    return net.add("MatMul", [flat, net.weights(net.values[flat].shape[1], 4)], np.matmul)


@pytest.mark.parametrize("transposed, bias, alpha, beta", [
    (0, None, 1.0, 1.0), (1, (4,), 1.0, 1.0), (1, (1, 4), 0.5, 2.0), (0, (1,), 2.0, 0.25), (1, (), 1.0, 3.0)])
def test_gemm(tmp_path, transposed, bias, alpha, beta):
    net = flat_net()
    inputs = ["x", net.weights(*((4, 6) if transposed else (6, 4)))]
    if bias is not None:
        inputs.append(net.weights(*bias))
    out = net.add("Gemm", inputs, lambda x, w, b=0.0: alpha * x @ (w.T if transposed else w) + beta * b, transB=transposed,
                  alpha=alpha, beta=beta)
    net.check(tmp_path, out)


@pytest.mark.parametrize("op, function", [("Relu", lambda v: np.maximum(v, 0)), ("Abs", np.abs), ("Sigmoid", sigmoid),
                                          ("Tanh", np.tanh), ("Identity", lambda v: v), ("Dropout", lambda v: v)])
@pytest.mark.parametrize("make", [image_net, flat_net])
def test_activations(tmp_path, op, function, make):
    net = make()
    if make is image_net:
        first = net.add("Conv", ["x", net.weights(2, 3, 1, 1)], conv)
    else:
        first = net.add("MatMul", ["x", net.weights(6, 5)], np.matmul)
    net.check(tmp_path, head(net, net.add(op, [first], function)))


@pytest.mark.parametrize("size, stride, padding, group, biased", [
    (1, 1, 0, 1, False), (3, 1, 1, 1, True), (3, 2, 1, 3, True), (5, 1, 2, 1, False), (2, 2, 0, 1, True), (4, 3, 2, 3, False),
    ((5, 2), (2, 1), (2, 0), 1, True), ((1, 4), (1, 3), (0, 2), 3, False)])
def test_convolution(tmp_path, size, stride, padding, group, biased):
    net = image_net(side=9)
    inputs = ["x", net.weights(6, 3 // group, *pair(size))] + ([net.weights(6)] if biased else [])
    out = net.add("Conv", inputs, lambda x, w, b=None: conv(x, w, b, stride, padding, group), strides=list(pair(stride)),
                  pads=list(pair(padding)) * 2, group=group, kernel_shape=list(pair(size)))
    net.check(tmp_path, head(net, out))


def test_convolution_padded_to_the_same_size_with_a_bias_of_its_own(tmp_path):
    net = image_net()
    product = net.add("Conv", ["x", net.weights(4, 3, 3, 3)], lambda x, w: conv(x, w, None, 1, 1), auto_pad="SAME_UPPER")
    net.check(tmp_path, head(net, net.add("Add", [product, net.weights(4, 1, 1)], np.add)))


@pytest.mark.parametrize("size, stride, padding", [(2, 2, 0), (3, 2, 1), (3, 1, 1), (2, 1, 0), ((2, 3), (1, 2), (0, 1))])
@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
def test_pooling(tmp_path, op, size, stride, padding):
    net = image_net()
    extra = {} if op == "MaxPool" else {"count_include_pad": 1}
    fill, reduce = (-np.inf, np.max) if op == "MaxPool" else (0, np.mean)
    first = net.add("Conv", ["x", net.weights(2, 3, 1, 1)], conv)
    out = net.add(op, [first], lambda x: reduce(windows(x, size, stride, padding, fill), axis=(4, 5)), kernel_shape=list(pair(size)),
                  strides=list(pair(stride)), pads=list(pair(padding)) * 2, **extra)
    net.check(tmp_path, head(net, out))


def test_pooling_that_rounds_up_where_that_changes_nothing(tmp_path):
    net = image_net()
    out = net.add("MaxPool", ["x"], lambda x: np.max(windows(x, 2, 2, 0, 0), axis=(4, 5)), kernel_shape=[2, 2], strides=[2, 2],
                  ceil_mode=1)
    net.check(tmp_path, head(net, out))


@pytest.mark.parametrize("epsilon", [1e-5, 1e-3, 1e-7])
@pytest.mark.parametrize("make", [image_net, flat_net])
def test_normalisation(tmp_path, epsilon, make):
    net = make()
    if make is image_net:
        first = net.add("Conv", ["x", net.weights(5, 3, 3, 3)], conv)
    else:
        first = net.add("MatMul", ["x", net.weights(6, 5)], np.matmul)
    variance = net.tensor(np.array([1e-3, 1, 2.5, 0.3, 10], np.float32))
    out = net.add("BatchNormalization", [first, net.weights(5), net.weights(5), net.weights(5), variance],
                  lambda *v: norm(*v, epsilon), epsilon=epsilon)
    net.check(tmp_path, head(net, out))


@pytest.mark.parametrize("shape", [[0, -1], [-1, 192], [IMAGES, 192], [0, 6, 4, 8]])
def test_reshape(tmp_path, shape):
    net = image_net(batch=IMAGES)
    first = net.add("Conv", ["x", net.weights(3, 3, 1, 1)], conv)
    target = net.tensor(np.array(shape, np.int64))
    out = net.add("Reshape", [first, target], lambda v, _: v.reshape(IMAGES, *shape[1:]))
    if len(shape) == 4:
        out = net.add("Conv", [out, net.weights(2, 6, 3, 3)], conv)
    net.check(tmp_path, head(net, out))


@pytest.mark.parametrize("opset", [9, 11, 13, 17])
def test_a_residual_network_of_everything(tmp_path, opset):
    net = image_net()
    first = net.add("Conv", ["x", net.weights(4, 3, 3, 3)], lambda x, w: conv(x, w, None, 1, 1), pads=[1] * 4)
    a = net.add("Relu", [first], lambda v: np.maximum(v, 0))
    b = net.add("Conv", [a, net.weights(8, 4, 3, 3, low=-0.3, high=0.3), net.weights(8)],
                lambda x, w, c: conv(x, w, c, 2, 1), pads=[1] * 4, strides=[2, 2])
    c = net.add("BatchNormalization", [b, net.weights(8), net.weights(8), net.weights(8), net.weights(8, low=0.5)],
                lambda *v: norm(*v, 1e-5))
    shortcut = net.add("Conv", [a, net.weights(8, 4, 1, 1)], lambda x, w: conv(x, w, None, 2), strides=[2, 2])
    sum_ = net.add("Add", [c, shortcut], np.add)
    again = net.add("Add", [net.add("Tanh", [sum_], np.tanh), sum_], np.add)
    pooled = net.add("GlobalAveragePool", [again], lambda v: v.mean(axis=(2, 3), keepdims=True))
    out = head(net, pooled)
    last = net.add("Add", [out, net.weights(4)], np.add)
    final = net.add("Softmax", [last], lambda v: v, axis=1)  # left out: we give logits
    net.check(tmp_path, final, opset=opset)


def test_constants_and_shared_tensors(tmp_path):
    net = flat_net()
    w = net.random.normal(size=(6, 6)).astype(np.float32)
    constant = net.add("Constant", [], lambda: w.astype(float), value=numpy_helper.from_array(w))
    same = net.add("Identity", [constant], lambda v: v)
    hidden = net.add("MatMul", ["x", constant], np.matmul)
    net.check(tmp_path, net.add("MatMul", [hidden, same], np.matmul))


def test_a_wrong_weight_would_be_noticed(tmp_path):
    net = flat_net()
    out = net.add("MatMul", ["x", net.weights(6, 4)], np.matmul)
    net.values[out] = net.values[out] * (1 + 3 * TOLERANCE)
    with pytest.raises(AssertionError):
        net.check(tmp_path, out)


# ---- sequences: cells as the standard's own tests compute them ------------------------------------------------------------

STEPS, FEATURES, CELLS = 6, 3, 4


class SequenceNet(Net):
    """The input is [sequences, steps, features], or with steps first."""

    def __init__(self, steps_first=False):
        x = np.random.default_rng(5).normal(size=(IMAGES, STEPS, FEATURES)).astype(np.float32)
        super().__init__(x.swapaxes(0, 1) if steps_first else x, batch="first")
        self.sequences = x

    def model(self, output, opset=14):
        model = super().model(output, opset)
        model.graph.input[0].type.tensor_type.shape.dim[1].dim_param = "second"
        return model

    def cells(self, x, cells=CELLS, outputs=2, more=(), biased=True, **attributes):
        """Names of Y and Y_h of an LSTM node."""
        width = self.values[x].shape[2]
        tensors = {"W": self.weights(1, 4 * cells, width), "R": self.weights(1, 4 * cells, cells)}
        if biased:
            tensors["B"] = self.weights(1, 8 * cells)
        given = {name: self.values[tensor] for name, tensor in tensors.items()}
        sequences_first = attributes.get("layout", 0)
        frames = self.values[x].swapaxes(0, 1) if sequences_first else self.values[x]
        y, last = LSTM_Helper(X=frames, **given).step()  # [steps, 1, sequences, cells], [1, sequences, cells]
        np.testing.assert_array_equal(last, y[-1])
        if sequences_first:
            y, last = y.transpose(2, 0, 1, 3), last.swapaxes(0, 1)
        self.count += 1
        names = [f"v{self.count}", f"last{self.count}"][:outputs] if outputs else ["", f"last{self.count}"]
        inputs = [x, tensors["W"], tensors["R"], tensors.get("B", ""), *more]
        self.nodes.append(helper.make_node("LSTM", inputs, names, name=f"n{self.count}", hidden_size=cells, **attributes))
        self.values |= {f"v{self.count}": y, f"last{self.count}": last}
        return f"v{self.count}", f"last{self.count}"

    def turned(self, x, *order):
        return self.add("Transpose", [x], lambda v: v.transpose(order), perm=order)

    def squeezed(self, x, axis):
        return self.add("Squeeze", [x, self.tensor(np.array([axis]))], lambda v, _: v.squeeze(axis))

    def dense(self, x, outputs=5):
        product = self.add("MatMul", [x, self.weights(self.values[x].shape[-1], outputs)], np.matmul)
        return self.add("Add", [product, self.weights(outputs)], np.add)

    def check(self, folder, output, sequences_first=True, **options):
        expected = self.values[output]
        if expected.ndim == 3 and not sequences_first:
            expected = expected.swapaxes(0, 1)
        expect_same(ours(folder, self.model(output, **options), self.sequences, STEPS), expected)


@pytest.mark.parametrize("biased", [True, False])
def test_cells_of_every_frame(tmp_path, biased):
    net = SequenceNet(steps_first=True)
    y, _ = net.cells("x", biased=biased)
    net.check(tmp_path, net.dense(net.squeezed(y, 1)), sequences_first=False)


def test_cells_and_the_last_step_as_torch_writes_them(tmp_path):
    net = SequenceNet()
    first, _ = net.cells(net.turned("x", 1, 0, 2), outputs=1)
    second, _ = net.cells(net.squeezed(first, 1), cells=7)
    frames = net.turned(net.squeezed(second, 1), 1, 0, 2)
    last = net.add("Gather", [frames, net.tensor(np.array(-1))], lambda v, _: v[:, -1], axis=1)
    out = net.add("Gemm", [last, net.weights(5, 7), net.weights(5)], lambda x, w, b: x @ w.T + b, transB=1)
    net.check(tmp_path, out)


@pytest.mark.parametrize("outputs", [0, 2])
@pytest.mark.parametrize("layout", [0, 1])
def test_the_state_after_the_last_step(tmp_path, outputs, layout):
    net = SequenceNet(steps_first=not layout)
    _, last = net.cells("x", outputs=outputs, layout=layout)
    net.check(tmp_path, net.dense(net.squeezed(last, layout)))


def test_sequences_first(tmp_path):
    net = SequenceNet()
    y, _ = net.cells("x", layout=1)
    frames = net.add("Relu", [net.squeezed(y, -2)], lambda v: np.maximum(v, 0))
    again, _ = net.cells(frames, layout=1)
    out = net.dense(net.squeezed(again, 2))
    net.check(tmp_path, net.add("LogSoftmax", [out], lambda v: v, axis=-1))  # left out: we give logits


@pytest.mark.parametrize("turned, target", [
    (True, [0, 0, -1]), (True, [-1, 0, CELLS]), (False, [0, -1, CELLS]), (False, [0, 1, -1, CELLS])])
def test_the_direction_reshaped_away(tmp_path, turned, target):
    net = SequenceNet(steps_first=True)
    y, _ = net.cells("x")
    if turned:
        y = net.turned(y, 0, 2, 1, 3)
    frames = net.add("Reshape", [y, net.tensor(np.array(target))],
                     lambda v, _: v.reshape([size or v.shape[i] for i, size in enumerate(target)]))
    net.check(tmp_path, net.dense(frames if len(target) == 3 else net.squeezed(frames, 1)), sequences_first=False)


def test_an_initial_state_of_zeros_whatever_its_sizes(tmp_path):
    net = SequenceNet(steps_first=True)
    shape = net.add("Shape", ["x"], lambda v: np.array(v.shape))
    zeros = net.add("ConstantOfShape", [shape], np.zeros)
    one = net.add("Constant", [], lambda: np.zeros(1), value=numpy_helper.from_array(np.zeros(1, np.float32)))
    spread = net.add("Expand", [one, shape], lambda v, s: np.broadcast_to(v, s.astype(int)))
    y, _ = net.cells("x", more=["", zeros, spread])
    net.check(tmp_path, net.dense(net.squeezed(y, 1)), sequences_first=False)


def test_cells_that_are_refused(tmp_path):
    def line(more=(), **attributes):
        net = SequenceNet(steps_first=True)
        y, _ = net.cells("x", more=[net.weights(*shape) if shape else "" for shape in more], **attributes)
        return ours(tmp_path, net.model(net.dense(net.squeezed(y, 1))), net.sequences, STEPS)

    assert "node 'n1' (LSTM): its initial state ('t0') is not known to be zero" in line(more=[None, (1, IMAGES, CELLS)])
    assert "node 'n1' (LSTM): its peepholes are not supported" in line(more=[None, None, None, (1, 3 * CELLS)])
    assert "node 'n1' (LSTM): its attribute 'clip' is not supported" in line(clip=1.0)
    assert "node 'n1' (LSTM): direction is 'reverse' (allowed: forward)" in line(direction="reverse")
    assert "node 'n1' (LSTM): its activations are not Sigmoid, Tanh, Tanh" in line(activations=["Sigmoid", "Relu", "Tanh"])
    assert "node 'n1' (LSTM): its input and forget gates are coupled" in line(input_forget=1)


@pytest.mark.parametrize("op", ["Sin", "ConvTranspose", "Resize"])
def test_foreign_operators_are_named(tmp_path, op):
    net = flat_net()
    out = net.add("MatMul", ["x", net.weights(6, 4)], np.matmul)
    model = net.model(net.add("Relu", [out], lambda v: v))
    model.graph.node[1].op_type = op
    assert f"node 'n2' ({op}): the operator {op} is not supported" in ours(tmp_path, model, net.x)


# ---- torch ---------------------------------------------------------------------------------------------------------------


def exported(torch, module, x):
    """The ONNX file of a module in evaluation, and what it gives."""
    module.eval()
    file = io.BytesIO()
    torch.onnx.export(module, x, file, input_names=["x"], dynamic_axes={"x": {0: "images"}})
    with torch.no_grad():
        return file.getvalue(), module(x).numpy()


def test_networks_of_torch(tmp_path):
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(3)

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
                                      nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4, eps=1e-3))

        def forward(self, x):
            return torch.relu(self.body(x) + x)

    networks = [
        (nn.Sequential(nn.Flatten(), nn.Linear(48, 20), nn.Sigmoid(), nn.Dropout(0.3), nn.Linear(20, 5)), (3, 4, 4)),
        (nn.Sequential(nn.Linear(30, 20), nn.BatchNorm1d(20), nn.Tanh(), nn.Linear(20, 5, bias=False)), (30,)),
        (nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), Residual(), nn.MaxPool2d(2),
                       nn.Conv2d(4, 8, 3, groups=4), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)),
         (3, 12, 12)),
    ]
    for network, shape in networks:
        for part in network.modules():  # statistics that are not 0 and 1
            if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
                part.running_mean.uniform_(-1, 1)
                part.running_var.uniform_(0.1, 2)
                nn.init.uniform_(part.weight, 0.5, 1.5)
        x = torch.randn(IMAGES, *shape)
        model, y = exported(torch, network, x)
        expect_same(ours(tmp_path, model, x.numpy()), y)
