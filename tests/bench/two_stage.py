#!/usr/bin/python3
"""What samples of images save: seconds to a mean of a given interval with trials.images = "two-stage" and "all", in one run.

    tests/bench/two_stage.py OHMCARLO MNIST [FOLDER]

OHMCARLO is the program, MNIST the folder of that set; results stay in FOLDER (default: a temporary one), whose networks
are used again. A perceptron 784-100-10, plain and trained with noise at the tested sigma, each point to +-0.1 points.
Seconds are those of /timing, chips alone, the pilot included. Points take up to 22,000 chips on all images: some ten
minutes on one core.
"""

import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

RECIPE = """
[data]
set = "mnist"
directory = "{data}"
validation = 5000
[network]
hidden = [100]
[training]
epochs = 10
[hardware]
weight_bits = 8
cell_bits = 2
[sweep]
"training.method" = ["plain", "noise-injection"]
"hardware.variation.sigma" = [0.05, 0.1, 0.2, 0.3]
[trials]
until = {{ half_width = 0.001, max = 50000 }}
images = "{images}"
"""


def run(program, folder, data, images):
    recipe, results = folder / f"{images}.toml", folder / f"{images}.h5"
    recipe.write_text(RECIPE.format(data=data, images=images))
    subprocess.run([program, "run", recipe, "--out", results, "--overwrite"], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(results) as file:
        seconds = file["timing/trial_seconds"][:][..., 0, :]
        done = file["results/state"][:][..., 0, :] == 1
        mean = file["summary/accuracy/mean"][:]
        pilot = 0
        if "sampling" in file:
            pilot = np.where(done, seconds, 0)[..., : file["sampling"].attrs["pilot_chips"]].sum(axis=-1)
            print(f"sample: {file['sampling'].attrs['n']} images a chip")
        axes = [file["results"][key][:] for key in file.attrs["swept_keys"].split()]
    return axes, done.sum(axis=-1), np.where(done, seconds, 0).sum(axis=-1), mean, pilot


def main(program, data, folder=None):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(folder or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        (methods, sigmas), chips, seconds, mean, pilot = run(program, folder, data, "two-stage")
        _, all_chips, all_seconds, all_mean, _ = run(program, folder, data, "all")
    print(f"{'method':>15} {'sigma':>5} {'mean %':>15} {'chips':>13} {'seconds':>15} {'pilot %':>7} {'faster':>6}")
    for i, method in enumerate(methods):
        for j, sigma in enumerate(sigmas):
            print(
                f"{method.decode():>15} {sigma:>5} {100 * mean[i, j]:>7.2f} {100 * all_mean[i, j]:>7.2f} {chips[i, j]:>6}"
                f" {all_chips[i, j]:>6} {seconds[i, j]:>7.2f} {all_seconds[i, j]:>7.2f} {100 * pilot[i, j] / seconds[i, j]:>7.0f}"
                f" {all_seconds[i, j] / seconds[i, j]:>6.1f}"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
