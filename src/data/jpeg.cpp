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

// TurboJPEG rather than libjpeg's own interface: it returns its errors, where libjpeg's handlers have to jump. A handle
// that has met an error reads the next header wrongly, so there is one for each file; that costs little.
class JpegImage {
 public:
  JpegImage(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes)
      : file_(file), bytes_(bytes), handle_(tjInitDecompress()) {
    if (handle_ == nullptr) refuse(tjGetErrorStr2(nullptr));
    int subsampling = 0;
    if (tjDecompressHeader3(handle_.get(), bytes.data(), bytes.size(), &width, &height, &subsampling, &colours) != 0)
      refuse(tjGetErrorStr2(handle_.get()));
    if (width == 0) refuse("it ends before the image begins");
    if (static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > kMostPicturePixels)
      fail_data("{}: more than {} pixels", file.string(), kMostPicturePixels);
  }

  /// [channels, height, width].
  [[nodiscard]] std::vector<std::uint8_t> planes(std::size_t channels) const {
    std::vector<std::uint8_t> interleaved(channels * static_cast<std::size_t>(width) *
                                          static_cast<std::size_t>(height));
    // Warnings, such as that of data that ends early, are also a status other than 0.
    if (tjDecompress2(handle_.get(), bytes_.data(), bytes_.size(), interleaved.data(), width, 0, height,
                      channels == 1 ? TJPF_GRAY : TJPF_RGB, 0) != 0)
      refuse(tjGetErrorStr2(handle_.get()));
    return planes_of(interleaved, channels);
  }

  int width = 0, height = 0, colours = 0;

 private:
  [[noreturn]] void refuse(const char* reason) const {
    fail_data("{}: cannot be read as a JPEG ({})", file_.string(), reason);
  }

  const std::filesystem::path& file_;
  const std::vector<std::uint8_t>& bytes_;
  std::unique_ptr<std::remove_pointer_t<tjhandle>, Destroy> handle_;
};

}  // namespace

void read_jpeg(const std::filesystem::path& file, const SampleShape& shape, std::uint8_t* pixels) {
  require(shape.channels == 3, "three channels");
  const std::vector<std::uint8_t> bytes = read_whole(file);
  const JpegImage image(file, bytes);
  if (image.width != static_cast<int>(shape.width) || image.height != static_cast<int>(shape.height)) {
    fail_data("{}: the image is {} x {} pixels (width x height); needed: {} x {}", file.string(), image.width,
              image.height, shape.width, shape.height);
  }
  std::ranges::copy(image.planes(3), pixels);
}

Picture read_jpeg(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes, bool header_only) {
  const JpegImage image(file, bytes);
  if (image.colours == TJCS_CMYK || image.colours == TJCS_YCCK)
    fail_data("{}: the image has four colours (allowed: grey, or red, green and blue)", file.string());
  Picture picture{{image.colours == TJCS_GRAY ? 1U : 3U, static_cast<std::size_t>(image.height),
                   static_cast<std::size_t>(image.width)}};
  if (!header_only) picture.pixels = image.planes(picture.shape.channels);
  return picture;
}

}  // namespace ohmcarlo
