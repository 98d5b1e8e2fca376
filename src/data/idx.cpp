#include "data/idx.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
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

struct IdxType {
  std::uint32_t code;
  ElementType type;
};
constexpr IdxType kIdxTypes[] = {
    {0x08, {"uint8", 1, false, true}}, {0x09, {"int8", 1, true, true}},     {0x0B, {"int16", 2, true, true}},
    {0x0C, {"int32", 4, true, true}},  {0x0D, {"float32", 4, true, false}}, {0x0E, {"float64", 8, true, false}},
};

constexpr std::size_t kGrowBytes = std::size_t{1} << 20;

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

// What follows a header: `sizes` are its fields, and their product the number of bytes that must follow, no more.
struct Promise {
  std::uint64_t bytes = 0;
  std::string says;
};

// Checks what the header promises against the size of the file.
Promise check_promise(const ByteSource& source, const std::vector<std::size_t>& sizes) {
  const std::uint64_t expected = product_of(sizes);
  const std::uint64_t header = source.offset();
  const std::string says = fmt::format("{}: the header promises {} bytes ({}) after byte {}", source.path().string(),
                                       expected, fmt::join(sizes, " x "), header);
  if (expected == 0) fail_data("{}; at least one is needed", says);
  if (const std::uint64_t most = source.most_bytes() - header; expected > most) {
    fail_data("{}; only {} {}", says, most, source.compressed() ? "could follow in a file of this size" : "follow");
  }
  if (!source.compressed() && source.most_bytes() - header > expected) {
    fail_data("{}; more follow, from byte {}", says, header + expected);
  }
  return {expected, says};
}

std::vector<std::uint8_t> read_body(ByteSource& source, const std::vector<std::size_t>& sizes) {
  const std::uint64_t header = source.offset();
  const auto [expected, says] = check_promise(source, sizes);
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

/// The sizes of a file of images, which is left at its first pixel.
std::vector<std::size_t> read_image_sizes(ByteSource& source) {
  check_magic(source, kImagesMagic, "images");
  const std::uint32_t count = read_word(source, "the count");
  const std::uint32_t rows = read_word(source, "the rows");
  return {count, rows, read_word(source, "the columns")};
}

/// The size of a file of labels, which is left at its first label.
std::vector<std::size_t> read_label_sizes(ByteSource& source) {
  check_magic(source, kLabelsMagic, "labels");
  return {read_word(source, "the count")};
}

void check_counts(const ByteSource& images, std::size_t image_count, const ByteSource& labels,
                  std::size_t label_count) {
  if (label_count != image_count) {
    fail_data("{}: {} labels for the {} images of {}; one each is needed", labels.path().string(), label_count,
              image_count, images.path().string());
  }
}

}  // namespace

SampleSet read_idx(const std::filesystem::path& images, const std::filesystem::path& labels, std::size_t classes) {
  require(classes >= 1 && classes <= 256, "classes in 1..256");
  ByteSource image_source(images);
  const std::vector<std::size_t> sizes = read_image_sizes(image_source);
  std::vector<std::uint8_t> pixels = read_body(image_source, sizes);

  ByteSource label_source(labels);
  const std::vector<std::size_t> label_sizes = read_label_sizes(label_source);
  const std::uint64_t label_start = label_source.offset();
  const std::vector<std::uint8_t> bytes = read_body(label_source, label_sizes);

  check_counts(image_source, sizes[0], label_source, label_sizes[0]);
  for (std::size_t image = 0; image < bytes.size(); ++image) {
    if (bytes[image] >= classes) {
      fail_data("{}: label {} of image {} (byte {}); classes are 0..{}", labels.string(), bytes[image], image,
                label_start + image, classes - 1);
    }
  }
  return SampleSet::of_images({1, sizes[1], sizes[2]}, std::move(pixels), {bytes.begin(), bytes.end()}, classes);
}

ImageSizes measure_idx(const std::filesystem::path& images, const std::filesystem::path& labels, std::size_t classes) {
  ByteSource image_source(images);
  const std::vector<std::size_t> sizes = read_image_sizes(image_source);
  (void)check_promise(image_source, sizes);
  ByteSource label_source(labels);
  const std::vector<std::size_t> label_sizes = read_label_sizes(label_source);
  (void)check_promise(label_source, label_sizes);
  check_counts(image_source, sizes[0], label_source, label_sizes[0]);
  return {sizes[0], {1, sizes[1], sizes[2]}, classes};
}

IntegerArray read_idx_array(const std::filesystem::path& file, ArrayExtent extent) {
  ByteSource source(file);
  const std::uint32_t magic = read_word(source, "the magic number");
  const auto type = std::ranges::find(kIdxTypes, magic >> 8, &IdxType::code);
  const std::uint32_t rank = magic & 0xFF;
  if (type == std::end(kIdxTypes) || rank == 0)
    fail_data("{}: the magic number at byte 0 is {}, which no IDX file starts with", file.string(), magic);
  IntegerArray array{file.string(), {}, type->type};
  for (std::uint32_t i = 0; i < rank; ++i) array.sizes.push_back(read_word(source, "a size"));
  std::vector<std::size_t> all = array.sizes;
  if (array.type.bytes > 1) all.push_back(array.type.bytes);
  if (extent == ArrayExtent::header) {
    (void)check_promise(source, all);
    return array;
  }
  array.bytes = read_body(source, all);
  reverse_bytes(array.type.bytes, array.bytes);
  return array;
}

}  // namespace ohmcarlo
