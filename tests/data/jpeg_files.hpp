#pragma once
// JPEG files for the tests, and Tiny ImageNet's tree made of them.

#include <functional>
#include <stdexcept>
#include <string>

#include <turbojpeg.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {

/// The best quality with full chroma: smooth pixels come back within 4. `pixel(row, column, channel)`; grey takes
/// channel 0.
inline Bytes jpeg_bytes(int width, int height, const std::function<int(int, int, int)>& pixel, bool grey = false) {
  const int channels = grey ? 1 : 3;
  Bytes pixels;
  for (int r = 0; r < height; ++r) {
    for (int c = 0; c < width; ++c) {
      for (int k = 0; k < channels; ++k) pixels.push_back(static_cast<std::uint8_t>(pixel(r, c, k)));
    }
  }
  const tjhandle handle = tjInitCompress();
  unsigned char* packed = nullptr;
  unsigned long size = 0;
  const int status = tjCompress2(handle, pixels.data(), width, 0, height, grey ? TJPF_GRAY : TJPF_RGB, &packed, &size,
                                 grey ? TJSAMP_GRAY : TJSAMP_444, 100, 0);
  Bytes bytes;
  if (status == 0) bytes.assign(packed, packed + size);
  tjFree(packed);
  tjDestroy(handle);
  if (status != 0) throw std::runtime_error("cannot make a JPEG");
  return bytes;
}

/// 64 x 64 pixels of one grey, which comes back as it was.
inline Bytes plain_jpeg(int value) {
  return jpeg_bytes(
      64, 64, [&](int, int, int) { return value; }, true);
}

/// The class `label` of the trees below: in wnids.txt they do not come in the order of their names.
inline std::string class_name(int label) {
  return "n0" + std::to_string(1000000 + (label * 37 + 5) % 200);
}

/// A tree of `classes` classes. Training: `images` images of each, numbered from 0, image n of class k of the grey
/// (k + 20 n) mod 256. Validation: val_0 .. val_2 of the classes 1, 0 and 1, of grey 100, 101, 102.
inline void make_tiny_imagenet(const fs::path& directory, int classes, int images) {
  std::string names, annotations;
  for (int k = 0; k < classes; ++k) {
    const fs::path folder = directory / "train" / class_name(k);
    fs::create_directories(folder / "images");
    write_text(folder / (class_name(k) + "_boxes.txt"), class_name(k) + "_0.JPEG\t0\t0\t63\t63\n");
    for (int n = 0; n < images; ++n) {
      write_file(folder / "images" / (class_name(k) + "_" + std::to_string(n) + ".JPEG"),
                 plain_jpeg((k + 20 * n) % 256));
    }
    names += class_name(k) + "\n";
  }
  write_text(directory / "wnids.txt", names);
  fs::create_directories(directory / "val" / "images");
  for (int n = 0; n < 3; ++n) {
    const std::string name = "val_" + std::to_string(n) + ".JPEG";
    write_file(directory / "val" / "images" / name, plain_jpeg(100 + n));
    annotations += name + "\t" + class_name(n == 1 ? 0 : 1) + "\t0\t32\t44\t62\n";
  }
  write_text(directory / "val" / "val_annotations.txt", annotations);
}

}  // namespace ohmcarlo::test
