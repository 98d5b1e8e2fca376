#!/bin/bash
# Unpacks the offline data sets into the folders that ohmcarlo reads.

set -euo pipefail

usage() {
  cat <<'TEXT'
usage: experiments/unpack_data.sh SRC DEST [SET...]

SRC holds SHA256SUMS and the packed sets; DEST gets, for each SET (default: all of them)

  mnist    DEST/mnist/train-images-idx3-ubyte.gz ...        (copied)
  cifar10  DEST/cifar10/data_batch_1.bin ... test_batch.bin (needs python3 with Pillow; $PYTHON, default /usr/bin/python3)
  fsdd     DEST/fsdd/DIGIT_SPEAKER_INDEX.wav                (needs tar and xz)
  kws      DEST/kws/WORD/NAME.flac                          (needs tar and xz; without ten that are damaged)

Files are checked against SHA256SUMS first. A set is unpacked into a temporary folder beside its place and renamed when it
is complete, so a set is there whole or not at all; one that is there is left alone. Run it again after an error.
Then: export OHMCARLO_DATA=DEST
TEXT
}

fail() {
  echo "unpack_data: $*" >&2
  exit 3
}

misused() {
  echo "unpack_data: $*" >&2
  exit 2
}

[[ ${1:-} != --help && ${1:-} != -h ]] || { usage; exit 0; }
if (($# < 2)); then
  usage >&2
  exit 2
fi
sets=("${@:3}")
((${#sets[@]} > 0)) || sets=(mnist cifar10 fsdd kws)
for set in "${sets[@]}"; do
  case $set in mnist | cifar10 | fsdd | kws) ;; *) misused "$set: no such set; allowed: mnist cifar10 fsdd kws" ;; esac
done
[[ -f $1/SHA256SUMS ]] || fail "$1/SHA256SUMS: no such file; SRC is the folder of the packed sets"
source_folder=$(cd "$1" && pwd)
mkdir -p "$2" || fail "$2: cannot be made"
destination=$(cd "$2" && pwd)

work=$(mktemp -d "$destination/.unpack.XXXXXX") || fail "$destination: cannot be written"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# check SET: the files of a set against SHA256SUMS.
check() {
  grep -E "^[0-9a-f]{64} [ *]$1/" "$source_folder/SHA256SUMS" > "$work/sums" || fail "$source_folder/SHA256SUMS: names no file of $1"
  (cd "$source_folder" && sha256sum --check --quiet --strict "$work/sums" >&2) || fail "$source_folder/$1: missing or damaged files, see above"
}

# expect COUNT PATTERN FOLDER: how many files there must be.
expect() {
  local found
  found=$(find "$3" -type f -name "$2" | wc -l)
  ((found == $1)) || fail "$3: $found files $2, expected $1"
}

make_mnist() {
  mkdir "$work/mnist"
  cp "$source_folder"/mnist/*-ubyte.gz "$source_folder"/mnist/LICENSE* "$work/mnist/"
  expect 4 '*-ubyte.gz' "$work/mnist"
}

make_cifar10() {
  local python=${PYTHON:-/usr/bin/python3}
  "$python" "$source_folder/cifar10/unpack_cifar10.py" "$work/cifar10" \
    --archive "$source_folder/cifar10/cifar10-jpeg.tar.xz" >&2 || fail "cifar10: $python could not unpack the archive"
  expect 6 '*.bin' "$work/cifar10"
  [[ -z $(find "$work/cifar10" -name '*.bin' ! -size 30730000c) ]] || fail "cifar10: a batch is not 30730000 bytes long"
}

# unpack SET ARCHIVE COUNT PATTERN: an archive whose one folder is named like the set.
unpack() {
  tar -xJf "$source_folder/$1/$2" -C "$work" --no-same-owner "$1" || fail "$source_folder/$1/$2: cannot be unpacked"
  expect "$3" "$4" "$work/$1"
  cp "$source_folder/$1"/LICENSE* "$work/$1/"
}

make_fsdd() { unpack fsdd fsdd.tar.xz 3000 '*.wav'; }

# Ten of the published recordings do not decode (lost synchronisation, wrong MD5), so they are left out.
damaged_kws=(33 34 126 127 128 129 142 144 274 275)
make_kws() {
  unpack kws kws-wake-words.tar.xz 1200 '*.flac'
  local name
  for name in "${damaged_kws[@]}"; do
    [[ ! -e $work/kws/alexa/$name.flac ]] || rm "$work/kws/alexa/$name.flac"
  done
}

for set in "${sets[@]}"; do
  if [[ -e $destination/$set ]]; then
    echo "unpack_data: $destination/$set is already there"
    continue
  fi
  check "$set"
  "make_$set"
  chmod -R u+w,a+rX "$work/$set"
  mv -T "$work/$set" "$destination/$set" || fail "$destination/$set: cannot be put in place"
  echo "unpack_data: $destination/$set"
done
