#!/usr/bin/python3
"""The loop a researcher would write in NumPy for one trial of the quickstart: noise on the weights, 10,000 images
through 784-100-10, accuracy. The baseline of bench_trial; run both on an idle machine with one thread:

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 tests/bench/numpy_loop.py

Install libopenblas0 first: with the reference BLAS, which Debian takes otherwise, NumPy is 15 times slower.
"""

import gzip
import time

import numpy as np

DIRECTORY = "/usr/share/datasets/fashion-mnist/"


def read(name, header):
    return np.frombuffer(gzip.open(DIRECTORY + name).read(), np.uint8, offset=header)


def main():
    x = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype(np.float32) / 255
    labels = read("t10k-labels-idx1-ubyte.gz", 8)
    rng = np.random.default_rng(1)
    w1 = rng.standard_normal((784, 100), np.float32) * np.float32(0.05)
    w2 = rng.standard_normal((100, 10), np.float32) * np.float32(0.14)
    sd1, sd2 = 0.0778 * np.abs(w1).max(), 0.0778 * np.abs(w2).max()
    seconds = []
    for _ in range(40):
        start = time.process_time()
        hidden = np.maximum(x @ (w1 + sd1 * rng.standard_normal(w1.shape, np.float32)), 0)
        logits = hidden @ (w2 + sd2 * rng.standard_normal(w2.shape, np.float32))
        (logits.argmax(1) == labels).mean()
        seconds.append(time.process_time() - start)
    print(f"NumPy {np.__version__}: median {np.median(seconds):.4f} s of processor time a trial ({len(seconds)} trials)")


if __name__ == "__main__":
    main()
