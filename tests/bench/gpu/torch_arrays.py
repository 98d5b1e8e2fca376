#!/usr/bin/python3
"""The work of bench_gpu_arrays in torch, written as one would: noise of cells, noise of columns, a perceptron and an LSTM on arrays.

    tests/bench/gpu/torch_arrays.py [--device cuda] [--small]

`--small` makes everything small, to see that it runs (on `--device cpu` too); its times mean nothing.
"""

import argparse
import time

import torch

C0, C1, C2 = 0.01, 0.02, -0.005  # sd of a cell: c0 + c1 g + c2 g^2


def shortest(work, device, rounds=5):
    """Seconds of the shortest of some rounds, after two that warm up."""
    times = []
    for _ in range(rounds + 2):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return min(times[2:])


def deviation(cells):
    return (C2 * cells + C1) * cells + C0


def noise_of_cells(x, cells):
    """One vector an array: [arrays, rows] and [arrays, rows, columns]; eight arrays at a time, for the memory of normals."""
    parts = zip(x.split(8), cells.split(8))
    return torch.cat([torch.bmm(v.unsqueeze(1), g + deviation(g) * torch.randn_like(g)).squeeze(1) for v, g in parts])


def noise_of_columns(x, cells):
    mean = torch.bmm(x.unsqueeze(1), cells).squeeze(1)
    variance = torch.bmm((x * x).unsqueeze(1), deviation(cells).square()).squeeze(1)
    return mean + variance.sqrt() * torch.randn_like(mean)


def read(x, levels, variance, bits, tile_rows, slices, lsb, codes_of_reads=127):
    """Inputs [n, inputs] bit by bit through arrays of tile_rows word lines: noise of columns, converters, shift-and-add."""
    codes = (x.abs() * (2**bits - 1)).round().int()
    signs = x.sign()
    total = torch.zeros(x.shape[0], levels.shape[1], device=x.device)
    for first in range(0, x.shape[1], tile_rows):
        rows = slice(first, first + tile_rows)
        for bit in range(bits):
            digit = ((codes[:, rows] >> bit) & 1).float() * signs[:, rows]
            sums = digit @ levels[rows]
            sums += ((digit * digit) @ variance[rows]).sqrt() * torch.randn_like(sums)
            total += 2**bit * lsb * (sums / lsb).round().clamp(-codes_of_reads, codes_of_reads)
    weights = 4.0 ** torch.arange(slices, device=x.device)
    return (total.view(x.shape[0], slices, -1) * weights.view(1, slices, 1)).sum(1)


def arrays_of(outputs, inputs, slices, device):
    """Levels and variances of pairs, [inputs, slices * outputs], a chip anew."""
    codes = torch.randint(0, 4, (inputs, slices * outputs), device=device).float()
    levels = codes + 0.3 * torch.randn_like(codes) - 0.3 * torch.randn_like(codes)
    return levels, 2 * torch.full_like(levels, 0.06).square()


def w2(images, labels, device):
    """784-100-10: a chip and its images, answers counted."""
    values = images
    for outputs, inputs in ((100, images.shape[1]), (10, 100)):
        values = torch.relu(read(values, *arrays_of(outputs, inputs, 4, device), 8, 128, 4, 1.0))
        values = values / values.max()
    return (values.argmax(1) == labels).sum()


def lstm(frames, cells, device):
    """[steps, recordings, features]: fresh noise for every recording and step; a class a frame."""
    steps, recordings, features = frames.shape
    gates, noise = arrays_of(4 * cells, features + cells, 1, device)
    classes, class_noise = arrays_of(61, cells, 1, device)
    h = c = torch.zeros(recordings, cells, device=device)
    out = []
    for step in range(steps):
        i, f, g, o = read(torch.cat([frames[step], h], 1), gates, noise, 7, 1152, 1, 1.0).mul(1e-3).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        out.append(h)
    return read(torch.cat(out), classes, class_noise, 7, 1152, 1, 1.0).argmax(1)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--device", default="cuda")
    options.add_argument("--small", action="store_true")
    given = options.parse_args()
    device, small = given.device, given.small
    torch.backends.cuda.matmul.allow_tf32 = False
    name = torch.cuda.get_device_name() if device == "cuda" else device
    for table in ((4, 32, 24), (2, 40, 40)) if small else ((512, 1024, 1024), (100, 3000, 3000), (3000, 1152, 128)):
        cells, x = torch.rand(table, device=device), torch.rand(table[:2], device=device)
        for law in (noise_of_cells, noise_of_columns):
            took = shortest(lambda law=law, x=x, cells=cells: law(x, cells), device)
            print(f"torch {torch.__version__}, {name}: {law.__name__} {table}: {1e3 * took:.3f} ms")
        del cells
    images = torch.rand(20 if small else 10_000, 784, device=device)
    images *= torch.rand_like(images) < 0.19
    labels = torch.arange(images.shape[0], device=device) % 10
    print(f"torch, {name}: w2 {1e3 * shortest(lambda: w2(images, labels, device), device):.2f} ms a chip")
    frames = 2 * torch.rand(3 if small else 100, 5 if small else 192, 39, device=device) - 1
    print(f"torch, {name}: lstm {1e3 * shortest(lambda: lstm(frames, 128, device), device):.2f} ms a chip")


if __name__ == "__main__":
    main()
