#include "data/cifar.hpp"

#include <array>
#include <cstdint>
#include <span>

#include "base/error.hpp"
#include "data/byte_source.hpp"

namespace ohmcarlo {
namespace {

constexpr ImageShape kShape{3, 32, 32};

struct Label {
  const char* name;
  std::size_t classes;
};

// `labels` are the label bytes of a record in their order; the last one is the class.
void append_records(const std::filesystem::path& file, std::span<const Label> labels, ImageSet& set) {
  ByteSource source(file);
  const std::size_t record_bytes = labels.size() + kShape.pixels();
  if (!source.compressed())
    set.pixels.reserve(set.pixels.size() + source.most_bytes() / record_bytes * kShape.pixels());
  std::vector<std::uint8_t> record(record_bytes);
  for (std::size_t number = 0;; ++number) {
    const std::uint64_t start = source.offset();
    const std::size_t got = source.read(record);
    if (got == 0) break;
    for (std::size_t k = 0; k < labels.size() && k < got; ++k) {
      if (record[k] >= labels[k].classes) {
        fail_data("{}: record {} has the {} {} (byte {}); allowed: 0..{}", file.string(), number, labels[k].name,
                  record[k], start + k, labels[k].classes - 1);
      }
    }
    if (got < record_bytes) {
      fail_data("{}: record {} is cut short at byte {}; a record has {} bytes", file.string(), number, start + got,
                record_bytes);
    }
    set.labels.push_back(record[labels.size() - 1]);
    set.pixels.insert(set.pixels.end(), record.begin() + static_cast<std::ptrdiff_t>(labels.size()), record.end());
  }
  if (source.offset() == 0) fail_data("{}: there is no record in it", file.string());
  set.count = set.labels.size();
}

ImageSet empty_set(std::size_t classes) {
  ImageSet set;
  set.channels = kShape.channels;
  set.height = kShape.height;
  set.width = kShape.width;
  set.classes = classes;
  return set;
}

}  // namespace

ImageSet read_cifar10(const std::vector<std::filesystem::path>& files) {
  constexpr std::array kLabels{Label{"label", 10}};
  ImageSet set = empty_set(10);
  for (const std::filesystem::path& file : files) append_records(file, kLabels, set);
  return set;
}

ImageSet read_cifar100(const std::filesystem::path& file) {
  constexpr std::array kLabels{Label{"coarse label", 20}, Label{"fine label", 100}};
  ImageSet set = empty_set(100);
  append_records(file, kLabels, set);
  return set;
}

}  // namespace ohmcarlo
