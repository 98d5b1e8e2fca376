#include "data/idx.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "data/byte_source.hpp"

namespace ohmcarlo {
namespace {

constexpr std::uint32_t kImagesMagic = 2051;
constexpr std::uint32_t kLabelsMagic = 2049;
constexpr std::size_t kGrowBytes = std::size_t{1} << 20;

// How many bytes a product of header fields asks for; a number no file can hold if it does not fit.
std::uint64_t saturated_product(std::span<const std::uint32_t> sizes) {
  std::uint64_t product = 1;
  for (const std::uint32_t size : sizes) {
    if (__builtin_mul_overflow(product, std::uint64_t{size}, &product)) return UINT64_MAX;
  }
  return product;
}

std::uint32_t read_word(ByteSource& source, const char* field) {
  std::array<std::uint8_t, 4> bytes{};
  const std::uint64_t at = source.offset();
  if (const std::size_t got = source.read(bytes); got < bytes.size()) {
    fail_data("{}: the header ends at byte {}: {} takes the 4 bytes from {}", source.path().string(), at + got, field,
              at);
  }
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void check_magic(ByteSource& source, std::uint32_t expected, const char* what) {
  const std::uint32_t magic = read_word(source, "the magic number");
  if (magic != expected) {
    fail_data("{}: the magic number at byte 0 is {}; an IDX file of {} starts with {}", source.path().string(), magic,
              what, expected);
  }
}

// All that follows the header: `sizes` are its fields, and their product the number of bytes that must follow, no more.
std::vector<std::uint8_t> read_body(ByteSource& source, std::span<const std::uint32_t> sizes) {
  const std::uint64_t expected = saturated_product(sizes);
  const std::uint64_t header = source.offset();
  const std::string says = fmt::format("{}: the header promises {} bytes ({}) after byte {}", source.path().string(),
                                       expected, fmt::join(sizes, " x "), header);
  if (expected == 0) fail_data("{}; at least one is needed", says);
  if (const std::uint64_t most = source.most_bytes() - header; expected > most) {
    fail_data("{}; only {} {}", says, most, source.compressed() ? "could follow in a file of this size" : "follow");
  }
  std::vector<std::uint8_t> body;
  while (body.size() < expected) {  // grows with what is really there, in steps that double
    const std::size_t before = body.size();
    body.resize(std::min<std::uint64_t>(expected, std::max(2 * before, kGrowBytes)));
    const std::size_t got = source.read(std::span(body).subspan(before));
    if (before + got < body.size()) fail_data("{}; only {} follow", says, before + got);
  }
  if (std::array<std::uint8_t, 1> extra{}; source.read(extra) != 0) {
    fail_data("{}; more follow, from byte {}", says, header + expected);
  }
  return body;
}

}  // namespace

SampleSet read_idx(const std::filesystem::path& images, const std::filesystem::path& labels, std::size_t classes) {
  require(classes >= 1 && classes <= 256, "classes in 1..256");
  ByteSource image_source(images);
  check_magic(image_source, kImagesMagic, "images");
  const std::uint32_t count = read_word(image_source, "the count");
  const std::uint32_t rows = read_word(image_source, "the rows");
  const std::uint32_t columns = read_word(image_source, "the columns");
  std::vector<std::uint8_t> pixels = read_body(image_source, std::array{count, rows, columns});

  ByteSource label_source(labels);
  check_magic(label_source, kLabelsMagic, "labels");
  const std::uint32_t label_count = read_word(label_source, "the count");
  const std::uint64_t label_start = label_source.offset();
  const std::vector<std::uint8_t> bytes = read_body(label_source, std::array{label_count});

  if (label_count != count) {
    fail_data("{}: {} labels for the {} images of {}; one each is needed", labels.string(), label_count, count,
              images.string());
  }
  for (std::size_t image = 0; image < bytes.size(); ++image) {
    if (bytes[image] >= classes) {
      fail_data("{}: label {} of image {} (byte {}); classes are 0..{}", labels.string(), bytes[image], image,
                label_start + image, classes - 1);
    }
  }
  return SampleSet::of_images({1, rows, columns}, std::move(pixels), {bytes.begin(), bytes.end()}, classes);
}

}  // namespace ohmcarlo
