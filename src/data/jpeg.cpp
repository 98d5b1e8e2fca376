#include "data/jpeg.hpp"

#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include <turbojpeg.h>

#include "base/error.hpp"
#include "data/byte_source.hpp"

namespace ohmcarlo {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;

struct Destroy {
  void operator()(void* handle) const { tjDestroy(handle); }
};

std::vector<std::uint8_t> read_whole(const std::filesystem::path& file) {
  ByteSource source(file);
  std::vector<std::uint8_t> bytes(std::min(source.most_bytes(), kMostBytes + 1));
  bytes.resize(source.read(bytes));
  if (bytes.size() > kMostBytes) fail_data("{}: the file has more than {} bytes", file.string(), kMostBytes);
  return bytes;
}

}  // namespace

// TurboJPEG rather than libjpeg's own interface: it returns its errors, where libjpeg's handlers have to jump. A handle
// that has met an error reads the next header wrongly, so there is one for each file; that costs little.
void read_jpeg(const std::filesystem::path& file, const SampleShape& shape, std::uint8_t* pixels) {
  require(shape.channels == 3, "three channels");
  const std::vector<std::uint8_t> bytes = read_whole(file);
  const std::unique_ptr<std::remove_pointer_t<tjhandle>, Destroy> handle(tjInitDecompress());
  const auto refuse = [&](const char* reason) {
    fail_data("{}: cannot be read as a JPEG ({})", file.string(), reason);
  };
  if (handle == nullptr) refuse(tjGetErrorStr2(nullptr));
  int width = 0, height = 0, subsampling = 0, colours = 0;
  if (tjDecompressHeader3(handle.get(), bytes.data(), bytes.size(), &width, &height, &subsampling, &colours) != 0) {
    refuse(tjGetErrorStr2(handle.get()));
  }
  if (width == 0) refuse("it ends before the image begins");
  if (width != static_cast<int>(shape.width) || height != static_cast<int>(shape.height)) {
    fail_data("{}: the image is {} x {} pixels (width x height); needed: {} x {}", file.string(), width, height,
              shape.width, shape.height);
  }
  const std::size_t positions = shape.height * shape.width;
  std::vector<std::uint8_t> interleaved(3 * positions);  // red, green, blue of one pixel after the other
  // Warnings, such as that of data that ends early, are also a status other than 0.
  if (tjDecompress2(handle.get(), bytes.data(), bytes.size(), interleaved.data(), width, 0, height, TJPF_RGB, 0) != 0) {
    refuse(tjGetErrorStr2(handle.get()));
  }
  for (std::size_t p = 0; p < positions; ++p) {
    for (std::size_t channel = 0; channel < 3; ++channel)
      pixels[channel * positions + p] = interleaved[3 * p + channel];
  }
}

}  // namespace ohmcarlo
