#!/usr/bin/env bash
# On a machine with a GPU and CUDA: builds, runs the tests of devices on it, looks for errors of memory, compares a whole
# experiment with the processor's, and measures. Has not been run yet: no GPU was at hand.
#
#   tests/bench/gpu/check.sh [BUILD FOLDER]      (default: build/release)
set -euo pipefail
cd "$(dirname "$0")/../../.."
build=${1:-build/release}
nvidia-smi -L
cmake --preset release -B "$build" -DOHMCARLO_CUDA=ON -DOHMCARLO_BENCHMARKS=ON
cmake --build "$build" --target ohmcarlo test_gpu_unit bench_gpu bench_gpu_arrays

tests=$build/tests/test_gpu_unit
said=$("$tests" --gtest_filter='Each/*/cuda:DevicesOfCuda.*') || { echo "$said"; exit 1; }
echo "$said"
if grep -q SKIPPED <<<"$said"; then
  echo "no device was tested" >&2
  exit 1
fi
for tool in memcheck racecheck initcheck; do
  compute-sanitizer --tool "$tool" --error-exitcode 1 "$tests" --gtest_filter='Each/*/cuda' --gtest_brief=1
done
OHMCARLO=$PWD/$build/src/ohmcarlo /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/integration/test_devices.py

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OHMCARLO_MODELS=$scratch/models
for experiment in quickstart arrays; do
  for device in cpu cuda; do
    "$build/src/ohmcarlo" run "experiments/$experiment.toml" --out "$scratch/$experiment-$device.h5" --device "$device" --set trials.count=10
  done
  /usr/bin/python3 - "$scratch/$experiment-cpu.h5" "$scratch/$experiment-cuda.h5" <<'PYTHON'
import sys
import h5py
import numpy as np
here, there = (h5py.File(path)["results/correct"][()] for path in sys.argv[1:])
worst = np.abs(here - there).max()
print(f"correct images differ by {worst:.0f} at most (allowed: 1 of 10,000)")
sys.exit(bool(worst > 1))
PYTHON
done
for ranks in 1 2; do  # two ranks on one device; the networks are there
  mpirun --oversubscribe --bind-to none -n "$ranks" "$build/src/ohmcarlo" run experiments/quickstart.toml \
    --out "$scratch/ranks-$ranks.h5" --device cuda:0
done
h5diff "$scratch/ranks-1.h5" "$scratch/ranks-2.h5" /results /results

# Rank 1 sees no GPU: it trains alone, and changes nothing; with --mixed it evaluates chips, too.
for mixed in "" --mixed; do
  job=("$build/src/ohmcarlo" run experiments/quickstart.toml --out "$scratch/apart$mixed.h5" --device cuda ${mixed:+"$mixed"})
  OHMCARLO_MODELS=$scratch/models-apart$mixed mpirun --oversubscribe --bind-to none \
    -n 1 "${job[@]}" : -n 1 env CUDA_VISIBLE_DEVICES= "${job[@]}"
done
h5diff "$scratch/ranks-1.h5" "$scratch/apart.h5" /results /results

for ranks in 1 2; do
  mpirun --oversubscribe --bind-to none -n "$ranks" "$build/src/ohmcarlo" tail experiments/quickstart.toml --device cuda:0 \
    --point method=plain --point sigma=0.1 --quantile 0.02 --out "$scratch/tail-$ranks.h5"
done
h5diff "$scratch/tail-1.h5" "$scratch/tail-2.h5"

"$build/tests/bench/bench_gpu"
"$build/tests/bench/bench_gpu_arrays"
if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  tests/bench/gpu/torch_chips.py
  tests/bench/gpu/torch_arrays.py
fi
