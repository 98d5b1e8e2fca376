#!/usr/bin/env bash
# From a bare Debian 12 to a built program, a demonstration or a test run. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'EOF'
Usage: ./bootstrap.sh build|demo|test [--no-install]

  build   install what is missing, build the program: build/release/src/ohmcarlo
  demo    build, run experiments/quickstart.toml under MPI, draw demo/quickstart.png
  test    build with warnings as errors, look for what linters find, run all tests but
          the slow ones; the unit tests of rooms that read foreign files run a second time
          compiled for the address and undefined-behaviour sanitizers, those of threads
          under the thread sanitizer

  --no-install   do not touch the system (clusters whose modules provide everything)

OHMCARLO_RANKS sets the number of MPI ranks of the demo (default: one a core).
OHMCARLO_TEST_SLURM=1 adds tests on a Slurm of their own (as root; installs slurm-wlm and munge).
OHMCARLO_APT_WAIT sets how many seconds to wait for another package manager (default 600).

Packages that are missing are installed with apt-get (Debian 12), as root or with sudo:
EOF
  list_packages build "${build_packages[@]}"
  list_packages demo "${demo_packages[@]}"
  list_packages test "${test_packages[@]}"
  echo "demo needs those of build too, test those of both."
}

list_packages() {  # name, packages...
  local name=$1
  shift
  printf '\n  %s:\n' "$name"
  fold -s -w 84 <<<"$*" | sed 's/^/    /; s/ *$//'
}

build_packages=(g++ cmake ninja-build pkg-config git ca-certificates libopenmpi-dev openmpi-bin libhdf5-dev libeigen3-dev
  libdnnl-dev libboost-dev libboost-program-options-dev libfmt-dev libtomlplusplus-dev libhwy-dev libssl-dev zlib1g-dev
  libturbojpeg0-dev libpng-dev libsndfile1-dev libfftw3-dev libespeak-ng-dev espeak-ng-data libsamplerate0-dev
  libzip-dev libonnx-dev libprotobuf-dev libsystemc-dev)
demo_packages=(dataset-fashion-mnist python3 python3-h5py python3-numpy python3-xarray python3-h5netcdf python3-pandas
  python3-matplotlib python3-scipy)
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev librandom123-dev hdf5-tools python3-pytest python3-pil
  python3-onnx python3-venv python3-setuptools ngspice xz-utils unzip patch clang-format clang-tidy shellcheck python3-flake8)
[ "${OHMCARLO_TEST_SLURM:-}" != 1 ] || test_packages+=(slurm-wlm munge)

apt_wait=${OHMCARLO_APT_WAIT:-600}

say() { printf '\n== %s\n' "$*"; }

install_packages() {
  [ "$install" = yes ] || return 0
  local missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "bootstrap.sh: no apt-get here; provide these by other means and use --no-install: ${missing[*]}" >&2
    exit 1
  fi
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  say "installing ${missing[*]}"
  update_package_lists "${sudo[@]}"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout="$apt_wait" "${missing[@]}"
}

# apt-get waits for the lock of dpkg, but not for the one of the package lists: that is tried again here.
update_package_lists() {  # sudo or nothing
  local start=$SECONDS output
  until output=$(LC_ALL=C "$@" apt-get update -q -o DPkg::Lock::Timeout="$apt_wait" 2>&1); do
    if ! grep -q 'Could not get lock' <<<"$output" || [ $((SECONDS - start)) -ge "$apt_wait" ]; then
      printf '%s\n' "$output" >&2
      return 1
    fi
    [ "${waiting:-}" ] || say "waiting for another package manager, up to $apt_wait s"
    waiting=yes
    sleep 2
  done
}

build() {  # preset, further options of cmake
  local preset=$1
  shift
  say "building ($preset)"
  # Sources are joined: half the time of a whole build, no gain for those who change a file and build again.
  cmake --preset "$preset" -DOHMCARLO_JOINED=ON "$@" >"build-$preset.log" 2>&1 || { cat "build-$preset.log"; exit 1; }
  sed -n 's/^-- \(Code for GPUs.*\)/\1/p' "build-$preset.log"
  rm -f "build-$preset.log"
  cmake --build --preset "$preset"
  say "built: build/$preset/src/ohmcarlo"
}

demo() {
  local ranks=${OHMCARLO_RANKS:-$(nproc)} start=$SECONDS
  say "running experiments/quickstart.toml on $ranks ranks"
  export OMP_NUM_THREADS=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  mkdir -p demo
  mpirun --bind-to none --oversubscribe -n "$ranks" build/release/src/ohmcarlo run experiments/quickstart.toml \
    --out demo/quickstart.h5 --resume
  PYTHONPATH=analysis /usr/bin/python3 -m ohmcarlo_analysis accuracy demo/quickstart.h5 --out demo/quickstart.png
  say "done in $((SECONDS - start)) s: demo/quickstart.h5, demo/quickstart.png (.pdf, .svg, .csv)"
}

run_tests() {
  local jobs
  jobs=$(nproc)
  say "linters"
  tests/lint/lint.py format shell python
  say "tests on a Slurm: $(/usr/bin/python3 tests/integration/cluster.py)"
  say "tests"
  ctest --preset release -LE slow -j "$jobs"
}

command=${1:-}
install=yes
[ "${2:-}" != --no-install ] || install=no
if [ $# -gt 2 ] || { [ $# = 2 ] && [ "$2" != --no-install ]; }; then
  usage >&2
  exit 2
fi
case $command in
  build)
    install_packages "${build_packages[@]}"
    build release -DOHMCARLO_TESTS=OFF -DOHMCARLO_BENCHMARKS=OFF -DOHMCARLO_SANITIZED_TWINS=OFF \
      -DOHMCARLO_QUICK_BUILD=OFF
    ;;
  demo)
    install_packages "${build_packages[@]}" "${demo_packages[@]}"
    build release -DOHMCARLO_TESTS=OFF -DOHMCARLO_BENCHMARKS=OFF -DOHMCARLO_SANITIZED_TWINS=OFF \
      -DOHMCARLO_QUICK_BUILD=OFF
    demo
    ;;
  test)
    install_packages "${build_packages[@]}" "${demo_packages[@]}" "${test_packages[@]}"
    build release -DOHMCARLO_WERROR=ON -DOHMCARLO_TESTS=ON -DOHMCARLO_BENCHMARKS=OFF -DOHMCARLO_SANITIZED_TWINS=ON \
      -DOHMCARLO_QUICK_BUILD=ON
    run_tests
    ;;
  -h | --help | help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
