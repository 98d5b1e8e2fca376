#!/usr/bin/python3
"""The work of bench_gpu's `chips` in torch: weights with fresh Gaussian errors, 784-100-10, 10,000 images, answers counted.

    tests/bench/gpu/torch_chips.py [CHIPS AT ONCE]      (default 8)
"""

import sys
import time

import torch

IMAGES, INPUTS, HIDDEN, CLASSES = 10_000, 784, 100, 10
SIGMA = 0.1 * 0.77763  # of 8-bit weights on four 2-bit cells, in units of the largest weight


def evaluate(x, labels, layers, chips):
    values = x.expand(chips, IMAGES, INPUTS)
    for number, (weights, bias) in enumerate(layers):
        errors = torch.randn(chips, *weights.shape, device="cuda")
        noisy = weights + SIGMA * weights.abs().max() * errors
        values = torch.baddbmm(bias, values, noisy.transpose(1, 2))
        values = torch.relu(values) if number == 0 else values
    loss = torch.nn.functional.cross_entropy(values.flatten(0, 1), labels.repeat(chips), reduction="none")
    return (values.argmax(2) == labels).sum(1), loss.view(chips, IMAGES).sum(1)


def main():
    chips = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    torch.backends.cuda.matmul.allow_tf32 = False
    x = torch.rand(IMAGES, INPUTS, device="cuda")
    labels = torch.arange(IMAGES, device="cuda") % CLASSES
    layers = [(torch.randn(o, i, device="cuda"), torch.zeros(o, device="cuda")) for o, i in ((HIDDEN, INPUTS), (CLASSES, HIDDEN))]
    for rounds in (3, 100):  # the first ones warm up
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(rounds):
            correct, _ = evaluate(x, labels, layers, chips)
            correct.cpu()
        seconds = time.perf_counter() - start
    print(f"torch {torch.__version__}, {torch.cuda.get_device_name()}: {rounds * chips / seconds:.0f} chips/s")


if __name__ == "__main__":
    main()
