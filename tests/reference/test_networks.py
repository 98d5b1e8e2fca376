"""Logits, gradients and running statistics of VGG-8 and ResNet-18 in training, against torch."""

import os
import subprocess

import numpy as np
import pytest

IMAGES = 20

# Of the norm of an array. In single precision a rectifier or a maximum now and then goes the other way, since its input
# is rounded otherwise: that moves a gradient by more than rounding does, and shows in the layers before it.
TOLERANCES = {"float": {"logits": 1e-4, "gradients": 1e-2}, "double": {"logits": 1e-9, "gradients": 1e-9}}


def vgg8(width):
    """(kind, shape of weights) of the weight layers, and where maximum pooling follows."""
    channels = [round(c * width) for c in (64, 128, 256, 256, 512, 512)]
    layers, before = [], 3
    for c in channels:
        layers.append((c, before, 3, 3))
        before = c
    hidden = round(1024 * width)
    return layers + [(hidden, before * 16), (10, hidden)]


def forward_vgg8(torch, parameters, norms, x):
    functional = torch.nn.functional
    for i in range(6):
        x = functional.relu(norms[i](functional.conv2d(x, parameters[i][0], padding=1)))
        if i % 2 == 1:
            x = functional.max_pool2d(x, 2)
    x = functional.relu(functional.linear(x.flatten(1), *parameters[6]))
    return functional.linear(x, *parameters[7])


def resnet18(width):
    layers, before = [(round(64 * width), 3, 3, 3)], round(64 * width)
    for stage in (64, 128, 256, 512):
        c = round(stage * width)
        for block in range(2):
            if block == 0 and stage > 64:
                layers.append((c, before, 1, 1))
            layers += [(c, before, 3, 3), (c, c, 3, 3)]
            before = c
    return layers + [(10, before)]


def forward_resnet18(torch, parameters, norms, x):
    functional = torch.nn.functional
    layers = iter(zip([weights for weights, _ in parameters], norms))

    def convolution(x, stride, padding):
        weights, norm = next(layers)
        return norm(functional.conv2d(x, weights, stride=stride, padding=padding))

    x = functional.relu(convolution(x, 1, 1))
    for stage in range(4):
        for block in range(2):
            stride = 2 if stage > 0 and block == 0 else 1
            around = convolution(x, stride, 0) if stride == 2 else x
            inner = functional.relu(convolution(x, stride, 1))
            x = functional.relu(convolution(inner, 1, 1) + around)
    return functional.linear(x.mean((2, 3)), *parameters[-1])


NETWORKS = {"vgg8": (vgg8, forward_vgg8), "resnet18": (resnet18, forward_resnet18)}


class Numbers:
    """The arrays of a file of numbers of one type, one after the other."""

    def __init__(self, path, kind):
        self.values = np.fromfile(path, {"float": np.float32, "double": np.float64}[kind])

    def take(self, *shape):
        count = int(np.prod(shape))
        taken, self.values = self.values[:count], self.values[count:]
        assert len(taken) == count
        return taken.reshape(shape)


def read_parameters(numbers, shapes):
    """[weights, bias] of every weight layer, [gamma, beta] of every normalisation: one after every convolution."""
    weights = [[numbers.take(*shape), numbers.take(shape[0])] for shape in shapes]
    norms = [[numbers.take(shape[0]), numbers.take(shape[0])] for shape in shapes if len(shape) == 4]
    return weights, norms


@pytest.mark.parametrize("kind", ["float", "double"])
@pytest.mark.parametrize("name, width", [("vgg8", 0.25), ("resnet18", 0.25), ("vgg8", 1), ("resnet18", 1)])
def test_a_training_pass_agrees_with_torch(tmp_path, name, width, kind):
    torch = pytest.importorskip("torch")
    make, forward = NETWORKS[name]
    shapes = make(width)
    path = tmp_path / "numbers"
    subprocess.run([os.environ["OHMCARLO_NETWORK_GRADIENTS"], kind, name, str(width), str(IMAGES), path], check=True)
    numbers = Numbers(path, kind)
    x = torch.from_numpy(numbers.take(IMAGES, 3, 32, 32).copy())
    weights, norms = read_parameters(numbers, shapes)
    logits = numbers.take(IMAGES, 10)
    weight_gradients, norm_gradients = read_parameters(numbers, shapes)

    parameters = [[torch.from_numpy(array.copy()).requires_grad_() for array in layer] for layer in weights]
    modules = []
    for gamma, beta in norms:
        module = torch.nn.BatchNorm2d(len(gamma), dtype=x.dtype)
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(gamma.copy()))
            module.bias.copy_(torch.from_numpy(beta.copy()))
        modules.append(module)
    expected = forward(torch, parameters, modules, x)
    torch.nn.functional.cross_entropy(expected, torch.arange(IMAGES) % 10).backward()

    errors = []
    pairs = [("logits", logits, expected.detach())]
    for i, (layer, gradient) in enumerate(zip(parameters, weight_gradients)):
        pairs.append((f"weights {i}", gradient[0], layer[0].grad))
        if layer[1].grad is not None:
            pairs.append((f"bias {i}", gradient[1], layer[1].grad))
        else:
            assert not gradient[1].any()
    for i, (module, gradient) in enumerate(zip(modules, norm_gradients)):
        pairs += [(f"gamma {i}", gradient[0], module.weight.grad), (f"beta {i}", gradient[1], module.bias.grad)]
    for i, module in enumerate(modules):
        pairs += [(f"mean {i}", numbers.take(len(module.running_mean)), module.running_mean),
                  (f"variance {i}", numbers.take(len(module.running_mean)), module.running_var)]
    for what, actual, of_torch in pairs:
        of_torch = of_torch.numpy()
        errors.append(np.linalg.norm(actual - of_torch) / np.linalg.norm(of_torch))
        assert errors[-1] < TOLERANCES[kind]["logits" if what == "logits" else "gradients"], f"{what}: {errors[-1]:.1e}"
    assert len(numbers.values) == 0
    print(f"{name}, width {width}, {kind}: relative difference of the logits {errors[0]:.1e}, of {len(pairs) - 1} other "
          f"arrays {np.median(errors[1:]):.1e} (median), {max(errors[1:]):.1e} (worst)")
