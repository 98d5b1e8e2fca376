"""Classifiers as torch exports them, each for several operator sets, against what torch itself gives. Needs torch."""

import io

import pytest
from test_onnx import IMAGES, expect_same, ours

torch = pytest.importorskip("torch")
nn = torch.nn
STEPS, FEATURES = 6, 8


class View(nn.Module):
    """Flattens by the number of images, as many networks do."""

    def forward(self, x):
        return x.view(x.size(0), -1)


class Mean(nn.Module):
    def forward(self, x):
        return x.mean([2, 3])


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
                                  nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels, eps=1e-3))  # fmt: skip

    def forward(self, x):
        return torch.relu(self.body(x) + x)


class Normalised(nn.Module):
    """Whose images are scaled in the network."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body((x - 0.1307) / 0.3081)


class LastStep(nn.Module):
    """A recurrent classifier of sequences [images, steps, features]."""

    def __init__(self, kind, **options):
        super().__init__()
        self.cell = kind(FEATURES, 12, batch_first=True, **options)
        self.head = nn.Linear(12, 5)

    def forward(self, x):
        return self.head(self.cell(x)[0][:, -1])


def block(inputs, outputs, activation, stride=1):
    """Depthwise and pointwise convolution."""
    return [nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False), nn.BatchNorm2d(inputs), activation,
            nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), activation]  # fmt: skip


def perceptron(activation):
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 20), nn.BatchNorm1d(20), activation, nn.Dropout(0.3), nn.Linear(20, 5))


def lenet():
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
                         View(), nn.Linear(64, 20), nn.Tanh(), nn.Linear(20, 10))  # fmt: skip


SMALL = (3, 4, 4)
NETWORKS = {
    **{name: (lambda kind=kind: perceptron(kind()), SMALL) for name, kind in {
        "relu": nn.ReLU, "relu6": nn.ReLU6, "leaky": lambda: nn.LeakyReLU(0.1), "elu": nn.ELU, "selu": nn.SELU, "gelu": nn.GELU,
        "softplus": nn.Softplus, "hardswish": nn.Hardswish, "silu": nn.SiLU, "sigmoid": nn.Sigmoid, "clip": lambda: nn.Hardtanh(-1, 2),
    }.items()},
    "lenet": (lenet, (1, 16, 16)),
    "normalised": (lambda: Normalised(lenet()), (1, 16, 16)),
    "residual": (lambda: nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), Residual(4), nn.MaxPool2d(2), Residual(4),
                                       nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5)), (3, 12, 12)),
    "mobile": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU6(), *block(8, 16, nn.ReLU6()), *block(16, 16, nn.Hardswish(), 2),
                                     Mean(), nn.Linear(16, 5)), (3, 16, 16)),
    "keywords": (lambda: nn.Sequential(nn.Conv2d(1, 8, (10, 4), (2, 2), (4, 1)), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d((2, 1)),
                                       nn.Flatten(), nn.LazyLinear(5)), (1, 24, 10)),
    "conv1d": (lambda: nn.Sequential(nn.Conv1d(4, 8, 5, padding=2), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(),
                                     nn.Linear(80, 5)), (4, 20)),
}  # fmt: skip
RECURRENT = {"lstm": (nn.LSTM, {}), "gru": (nn.GRU, {}), "rnn": (nn.RNN, {}), "relu": (nn.RNN, {"nonlinearity": "relu"}),
             "two layers": (nn.LSTM, {"num_layers": 2})}  # fmt: skip


def exported(module, x, operators):
    """The ONNX file of a module in evaluation, and what it gives."""
    module.eval()
    for part in module.modules():  # statistics that are not 0 and 1
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            part.running_mean.uniform_(-0.3, 0.3)
            part.running_var.uniform_(0.3, 2)
            nn.init.uniform_(part.weight, 0.5, 1.5)
    file = io.BytesIO()
    torch.onnx.export(module, x, file, input_names=["x"], dynamic_axes={"x": {0: "images"}}, opset_version=operators)
    with torch.no_grad():
        return file.getvalue(), module(x).numpy()


@pytest.mark.parametrize("operators", [9, 11, 13, 14, 17])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks(tmp_path, name, operators):
    torch.manual_seed(3)
    make, shape = NETWORKS[name]
    network, x = make(), torch.randn(IMAGES, *shape)
    network(x)  # sizes that torch finds by itself
    model, y = exported(network, x, operators)
    expect_same(ours(tmp_path, model, x.numpy()), y)


@pytest.mark.parametrize("operators", [11, 14, 17])
@pytest.mark.parametrize("name", RECURRENT)
def test_recurrent_networks(tmp_path, name, operators):
    torch.manual_seed(3)
    kind, options = RECURRENT[name]
    x = torch.randn(IMAGES, STEPS, FEATURES)
    model, y = exported(LastStep(kind, **options), x, operators)
    found = ours(tmp_path, model, x.numpy(), STEPS)
    expect_same(found, y)


def test_a_bidirectional_gru_is_refused_by_name(tmp_path):
    class Both(LastStep):
        def __init__(self):
            super().__init__(nn.GRU, bidirectional=True)
            self.head = nn.Linear(24, 5)

    x = torch.randn(IMAGES, STEPS, FEATURES)
    model, _ = exported(Both(), x, 14)
    assert "bidirectional" in ours(tmp_path, model, x.numpy(), STEPS)
