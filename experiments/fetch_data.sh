#!/bin/bash
# Downloads data sets from their official places and checks them.

set -euo pipefail

usage() {
  cat <<'TEXT'
usage: experiments/fetch_data.sh [--from URL] SET DEST

  mnist          DEST/mnist/*-ubyte.gz          11 MB, from a mirror of yann.lecun.com/exdb/mnist
  fashion-mnist  DEST/fashion-mnist/*-ubyte.gz  30 MB, from Zalando Research (Debian also has the package dataset-fashion-mnist)
  cifar10        DEST/cifar10/*.bin            170 MB, from www.cs.toronto.edu/~kriz
  cifar100       DEST/cifar100/*.bin           170 MB, from www.cs.toronto.edu/~kriz
  tiny-imagenet  DEST/tiny-imagenet/...        250 MB, from cs231n.stanford.edu (120,000 files; needs unzip)

--from URL  fetch the same file names from another place (a mirror, or file:///some/folder)

Needs curl or wget. Everything is downloaded into a temporary folder beside its place, compared with the published
checksums and renamed, so a set is there whole or not at all; one that is there is left alone.
Then: export OHMCARLO_DATA=DEST
TEXT
}

fail() {
  echo "fetch_data: $*" >&2
  exit 3
}

misused() {
  echo "fetch_data: $*" >&2
  exit 2
}

[[ ${1:-} != --help && ${1:-} != -h ]] || { usage; exit 0; }
from=''
if [[ ${1:-} == --from ]]; then
  from=${2:-}
  shift $(($# < 2 ? $# : 2))
fi
if (($# != 2)); then
  usage >&2
  exit 2
fi
set=$1

# fetch FILE: into the temporary folder, from the first address that answers.
fetch() {
  local address
  for address in ${from:-"${addresses[@]}"}; do
    echo "fetch_data: ${address%/}/$1"
    if command -v curl > /dev/null; then
      curl --fail --location --silent --show-error --retry 3 --output "$work/$1" "${address%/}/$1" && return
    elif command -v wget > /dev/null; then
      wget --no-verbose --tries 3 --output-document "$work/$1" "${address%/}/$1" && return
    else
      fail "needs curl or wget"
    fi
  done
  fail "$1: could not be downloaded"
}

# The checksums are those of the uncompressed files: mirrors compress differently. SHA-256; the bytes also have the MD5
# sums that are published for the two sets.
fetch_idx() {
  local sum file
  while read -r sum file; do
    fetch "$file.gz"
    gzip --decompress --stdout "$work/$file.gz" > "$work/plain" || fail "$file.gz: what was downloaded is not gzip data"
    echo "$sum  $work/plain" | sha256sum --check --status || fail "$file.gz: what was downloaded is not the original (SHA-256)"
    mv "$work/$file.gz" "$work/$set/"
  done
}

# fetch_archive MD5 FILE FOLDER: the .bin and .txt files of the folder inside the archive. The MD5 is on the set's page.
fetch_archive() {
  fetch "$2"
  echo "$1  $work/$2" | md5sum --check --status || fail "$2: what was downloaded is not the original (MD5)"
  tar -xzf "$work/$2" -C "$work" --no-same-owner "$3" || fail "$2: cannot be unpacked"
  mv "$work/$3"/*.bin "$work/$3"/*.txt "$work/$set/"
}

# The MD5 of the archive is not on the set's page: it is the one that public loaders of this set agree on. Of the unlabelled
# images of test/ nothing is kept.
fetch_tiny_imagenet() {
  local file=tiny-imagenet-200.zip
  command -v unzip > /dev/null || fail "needs unzip"
  fetch $file
  echo "90528d7ca1a48142e341f4ef8d21d0de  $work/$file" | md5sum --check --status || fail "$file: what was downloaded is not the original (MD5)"
  unzip -q "$work/$file" -x 'tiny-imagenet-200/test/*' -d "$work" || fail "$file: cannot be unpacked"
  mv "$work/tiny-imagenet-200"/* "$work/$set/"
}

case $set in
  mnist)
    addresses=(https://ossci-datasets.s3.amazonaws.com/mnist https://storage.googleapis.com/cvdf-datasets/mnist) ;;
  fashion-mnist)
    addresses=(http://fashion-mnist.s3-website.eu-central-1.amazonaws.com
      https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion) ;;
  cifar10 | cifar100)
    addresses=(https://www.cs.toronto.edu/~kriz) ;;
  tiny-imagenet)
    addresses=(http://cs231n.stanford.edu) ;;
  *)
    misused "$set: no such set; allowed: mnist fashion-mnist cifar10 cifar100 tiny-imagenet" ;;
esac

mkdir -p "$2" || fail "$2: cannot be made"
destination=$(cd "$2" && pwd)
if [[ -e $destination/$set ]]; then
  echo "fetch_data: $destination/$set is already there"
  exit 0
fi
work=$(mktemp -d "$destination/.fetch.XXXXXX") || fail "$destination: cannot be written"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/$set"

case $set in
  mnist)
    fetch_idx <<'SUMS'
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
SUMS
    ;;
  fashion-mnist)
    fetch_idx <<'SUMS'
c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888 train-images-idx3-ubyte
bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9 train-labels-idx1-ubyte
5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b t10k-images-idx3-ubyte
0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34 t10k-labels-idx1-ubyte
SUMS
    ;;
  cifar10) fetch_archive c32a1d4ab5d03f1284b67883e8d87530 cifar-10-binary.tar.gz cifar-10-batches-bin ;;
  cifar100) fetch_archive 03b5dce01913d631647c71ecec9e9cb8 cifar-100-binary.tar.gz cifar-100-binary ;;
  tiny-imagenet) fetch_tiny_imagenet ;;
esac

chmod -R u+w,a+rX "$work/$set"
mv -T "$work/$set" "$destination/$set" || fail "$destination/$set: cannot be put in place"
echo "fetch_data: $destination/$set"
