"""The LSTM's outputs and gradients against those of torch."""

import os
import subprocess

import numpy as np
import pytest

TOLERANCE = 1e-4  # absolute and relative


def ours(folder, lengths, steps, weights, bias, x, factors):
    """y, dL/dx, dL/dweights, dL/dbiases."""
    count, inputs, cells = len(lengths), x.shape[2], factors.shape[2]
    numbers = folder / "lstm.txt"
    with open(numbers, "w") as file:
        print(count, steps, inputs, cells, *lengths, file=file)
        for array in (weights, bias, x, factors):
            np.savetxt(file, array.reshape(1, -1), fmt="%.9g")
    run = subprocess.run([os.environ["OHMCARLO_LSTM_GRADIENTS"], numbers], check=True, capture_output=True, text=True)
    values = np.array(run.stdout.split(), float)
    shapes = [factors.shape, x.shape, weights.shape, bias.shape]
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    assert len(values) == ends[-1]
    return [part.reshape(shape) for part, shape in zip(np.split(values, ends[:-1]), shapes)]


def of_torch(torch, lengths, steps, weights, bias, x, factors):
    """The same by torch.nn.LSTM on packed sequences; its second bias stays 0."""
    inputs, cells = x.shape[2], factors.shape[2]
    lstm = torch.nn.LSTM(inputs, cells, batch_first=True)
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(torch.from_numpy(weights[:, :inputs]))
        lstm.weight_hh_l0.copy_(torch.from_numpy(weights[:, inputs:]))
        lstm.bias_ih_l0.copy_(torch.from_numpy(bias))
        lstm.bias_hh_l0.zero_()
    frames = torch.from_numpy(x).requires_grad_()
    packed = torch.nn.utils.rnn.pack_padded_sequence(frames, lengths, batch_first=True, enforce_sorted=False)
    y, _ = torch.nn.utils.rnn.pad_packed_sequence(lstm(packed)[0], batch_first=True, total_length=steps)
    (y * torch.from_numpy(factors)).sum().backward()
    return [y.detach().numpy(), frames.grad.numpy(),
            np.hstack([lstm.weight_ih_l0.grad.numpy(), lstm.weight_hh_l0.grad.numpy()]), lstm.bias_ih_l0.grad.numpy()]


@pytest.mark.parametrize("lengths, steps, inputs, cells", [
    ([7], 7, 3, 4),
    ([5, 9, 1, 9, 3], 10, 6, 10),
    ([40, 12, 33, 1, 50, 27, 50, 8], 50, 39, 128),
])
def test_outputs_and_gradients_agree_with_torch(tmp_path, lengths, steps, inputs, cells):
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(1)
    width = inputs + cells

    def numbers(*shape):
        return random.uniform(-1, 1, shape).astype(np.float32)

    case = (lengths, steps, numbers(4 * cells, width) * np.float32(2 / width**0.5), numbers(4 * cells),
            numbers(len(lengths), steps, inputs), numbers(len(lengths), steps, cells))
    names = ("y", "dL/dx", "dL/dweights", "dL/dbiases")
    for name, actual, expected in zip(names, ours(tmp_path, *case), of_torch(torch, *case)):
        print(f"{name}: {np.max(np.abs(actual - expected)):.1e} of {np.max(np.abs(expected)):.1e}")
        np.testing.assert_allclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)
