"""Relaxed conversions and their gradients against torch's relaxed categorical distribution."""

import os
import subprocess

import numpy as np
import pytest

TOLERANCE = 1e-9  # absolute and relative


def of_torch(torch, bits, temperature, clip, x, a, s, seed):
    """The Gumbel draws, then value and gradients by x, a, s of one conversion, in double."""
    levels = 2**bits
    x, a, s = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x, a, s))
    edges = a * (torch.arange(levels + 1, dtype=torch.float64) - 0.5)
    below, above = torch.sigmoid((edges - x) / s), torch.sigmoid((x - edges) / s)
    if clip:
        below = torch.cat([torch.zeros(1), below[1:-1], torch.ones(1)])
        above = torch.cat([torch.ones(1), above[1:-1], torch.zeros(1)])
    differences = torch.where(edges[1:] < x, below[1:] - below[:-1], above[:-1] - above[1:])  # those of small numbers
    logits = torch.log(differences)
    torch.manual_seed(seed)
    uniforms = torch.distributions.utils.clamp_probs(torch.rand(levels, dtype=torch.float64))
    torch.manual_seed(seed)  # so that the distribution draws the same
    law = torch.distributions.RelaxedOneHotCategorical(torch.tensor(temperature, dtype=torch.float64), logits=logits)
    sample = law.rsample()
    value = (sample * a * torch.arange(levels)).sum()
    value.backward()
    return -np.log(-np.log(uniforms.numpy())), [value.item(), x.grad.item(), a.grad.item(), s.grad.item()]


def test_values_and_gradients_agree_with_torch(tmp_path):
    torch = pytest.importorskip("torch")
    numbers = tmp_path / "conversions.txt"
    expected = []
    with open(numbers, "w") as file:
        for bits in (1, 2, 4):
            for temperature in (1.0, 0.5, 0.1):
                for clip in (0, 1):
                    for u in (-0.7, 0.0, 0.5, 0.6, 1.4, 2**bits - 1.0, 2**bits + 0.2):
                        a, s = 0.8, 0.8 * 0.3
                        gumbels, of_one = of_torch(torch, bits, temperature, clip, a * u, a, s, len(expected))
                        expected.append(of_one)
                        print(bits, temperature, clip, *map(repr, map(float, (a * u, a, s, *gumbels))), file=file)
    run = subprocess.run([os.environ["OHMCARLO_CONCRETE_GRADIENTS"], numbers], check=True, capture_output=True, text=True)
    actual = np.array([line.split() for line in run.stdout.splitlines()], float)
    for i, name in enumerate(("value", "by x", "by a", "by s")):
        of_all = np.array(expected)[:, i]
        print(f"{name}: {np.max(np.abs(actual[:, i] - of_all)):.1e} of {np.max(np.abs(of_all)):.1e}")
        np.testing.assert_allclose(actual[:, i], of_all, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)
