#include "data/picture.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include <png.h>

#include "base/error.hpp"
#include "data/byte_source.hpp"
#include "data/jpeg.hpp"
#include "data/recordings.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostPictureBytes = std::uint64_t{1} << 28;

using FileBytes = std::vector<std::uint8_t>;

FileBytes read_picture_file(const fs::path& file) {
  ByteSource source(file);
  FileBytes bytes(std::min(source.most_bytes(), kMostPictureBytes + 1));
  bytes.resize(source.read(bytes));
  if (bytes.size() > kMostPictureBytes)
    fail_data("{}: the file has more than {} bytes", file.string(), kMostPictureBytes);
  return bytes;
}

/// What libpng holds of one file.
struct PngImage {
  png_image image{};
  PngImage() { image.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

Picture read_png(const fs::path& file, const FileBytes& bytes, bool header_only) {
  PngImage png;
  const auto check = [&](int good) {
    // A warning, such as that of a damaged part that is left out, is a reason, too.
    if (good == 0 || png.image.warning_or_error != 0)
      fail_data("{}: cannot be read as a PNG ({})", file.string(), static_cast<const char*>(png.image.message));
  };
  check(png_image_begin_read_from_memory(&png.image, bytes.data(), bytes.size()));
  if ((png.image.format & PNG_FORMAT_FLAG_ALPHA) != 0)
    fail_data("{}: the picture is transparent in places (allowed: grey, or red, green and blue)", file.string());
  if ((png.image.format & PNG_FORMAT_FLAG_LINEAR) != 0)
    fail_data("{}: the picture has 16 bits a channel (allowed: 8)", file.string());
  const bool colour = (png.image.format & PNG_FORMAT_FLAG_COLOR) != 0;
  Picture picture{{colour ? 3U : 1U, png.image.height, png.image.width}};
  if (std::uint64_t{png.image.height} * png.image.width > kMostPicturePixels)
    fail_data("{}: more than {} pixels", file.string(), kMostPicturePixels);
  if (header_only) return picture;
  png.image.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  FileBytes interleaved(PNG_IMAGE_SIZE(png.image));
  check(png_image_finish_read(&png.image, nullptr, interleaved.data(), 0, nullptr));
  picture.pixels = planes_of(interleaved, picture.shape.channels);
  return picture;
}

/// The words of a PGM file: numbers with white space and comments ("# ..." to the end of the line) between them.
class PgmReader {
 public:
  PgmReader(const fs::path& file, const FileBytes& bytes) : file_(file), bytes_(bytes) {}

  std::uint32_t number(const char* what, std::uint32_t least, std::uint32_t most) {
    while (at_ < bytes_.size() && (is_space(bytes_[at_]) || bytes_[at_] == '#'))
      if (bytes_[at_++] == '#')
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
    std::uint32_t value = 0;
    const char* const begin = reinterpret_cast<const char*>(bytes_.data());
    const auto [end, error] = std::from_chars(begin + at_, begin + bytes_.size(), value);
    if (error != std::errc() || value < least || value > most)
      fail_data("{}: cannot be read as a PGM ({} at byte {}; allowed: {} to {})", file_.string(), what, at_, least,
                most);
    at_ = static_cast<std::size_t>(end - begin);
    return value;
  }
  /// What follows one white space.
  std::span<const std::uint8_t> rest() {
    if (at_ < bytes_.size()) ++at_;
    return std::span(bytes_).subspan(at_);
  }

 private:
  static bool is_space(std::uint8_t byte) {
    return std::string_view(" \t\n\v\f\r").find(static_cast<char>(byte)) != std::string_view::npos;
  }

  const fs::path& file_;
  const FileBytes& bytes_;
  std::size_t at_ = 2;
};

/// netpbm's pgm(5): "P5" and bytes, or "P2" and decimal numbers. Values are of 0..maxval, which becomes 255.
Picture read_pgm(const fs::path& file, const FileBytes& bytes, bool header_only) {
  PgmReader reader(file, bytes);
  constexpr std::uint32_t kLongest = 1 << 20;
  const std::uint32_t width = reader.number("the width", 1, kLongest),
                      height = reader.number("the height", 1, kLongest);
  const std::uint32_t most = reader.number("the largest value", 1, 255);
  Picture picture{{1, height, width}};
  const std::size_t count = std::size_t{height} * width;
  if (count > kMostPicturePixels) fail_data("{}: more than {} pixels", file.string(), kMostPicturePixels);
  if (header_only) return picture;
  if (bytes[1] == '5') {
    const std::span<const std::uint8_t> values = reader.rest();
    if (values.size() < count)
      fail_data("{}: cannot be read as a PGM ({} of {} pixels are there)", file.string(), values.size(), count);
    picture.pixels.assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
  } else {
    for (std::size_t i = 0; i < count; ++i)
      picture.pixels.push_back(static_cast<std::uint8_t>(reader.number("a pixel", 0, most)));
  }
  for (std::uint8_t& pixel : picture.pixels) {
    if (pixel > most) fail_data("{}: a pixel is {}, above the largest value {}", file.string(), pixel, most);
    pixel = static_cast<std::uint8_t>((pixel * 255 + most / 2) / most);
  }
  return picture;
}

}  // namespace

bool is_picture_name(const fs::path& file) {
  const std::string extension = lower_extension(file.filename().string());
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png" || extension == ".pgm";
}

std::vector<std::uint8_t> planes_of(std::span<const std::uint8_t> interleaved, std::size_t channels) {
  const std::size_t positions = interleaved.size() / channels;
  std::vector<std::uint8_t> planes(interleaved.size());
  for (std::size_t p = 0; p < positions; ++p)
    for (std::size_t channel = 0; channel < channels; ++channel)
      planes[channel * positions + p] = interleaved[p * channels + channel];
  return planes;
}

Picture read_picture(const fs::path& file, bool header_only) {
  const FileBytes bytes = read_picture_file(file);
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 8));
  if (start == "\x89PNG\r\n\x1a\n") return read_png(file, bytes, header_only);
  if (start.starts_with("P5") || start.starts_with("P2")) return read_pgm(file, bytes, header_only);
  if (start.starts_with("\xFF\xD8")) return read_jpeg(file, bytes, header_only);
  fail_data("{}: not a picture that can be read (allowed: JPEG, PNG, PGM)", file.string());
}

}  // namespace ohmcarlo
