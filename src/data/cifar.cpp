#include "data/cifar.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "data/byte_source.hpp"

namespace ohmcarlo {
namespace {

constexpr SampleShape kShape{3, 32, 32};

struct LabelByte {
  const char* name;
  std::size_t classes;
};

struct Records {
  std::vector<std::uint8_t> pixels;
  std::vector<Label> labels;
};

// `labels` are the label bytes of a record in their order; the last one is the class.
void append_records(const std::filesystem::path& file, std::span<const LabelByte> labels, Records& records) {
  ByteSource source(file);
  const std::size_t record_bytes = labels.size() + kShape.values();
  if (!source.compressed())
    records.pixels.reserve(records.pixels.size() + source.most_bytes() / record_bytes * kShape.values());
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
    records.labels.push_back(record[labels.size() - 1]);
    records.pixels.insert(records.pixels.end(), record.begin() + static_cast<std::ptrdiff_t>(labels.size()),
                          record.end());
  }
  if (source.offset() == 0) fail_data("{}: there is no record in it", file.string());
}

SampleSet set_of(Records records, std::size_t classes) {
  return SampleSet::of_images(kShape, std::move(records.pixels), std::move(records.labels), classes);
}

}  // namespace

SampleSet read_cifar10(const std::vector<std::filesystem::path>& files) {
  constexpr std::array kLabels{LabelByte{"label", 10}};
  Records records;
  for (const std::filesystem::path& file : files) append_records(file, kLabels, records);
  return set_of(std::move(records), 10);
}

SampleSet read_cifar100(const std::filesystem::path& file) {
  constexpr std::array kLabels{LabelByte{"coarse label", 20}, LabelByte{"fine label", 100}};
  Records records;
  append_records(file, kLabels, records);
  return set_of(std::move(records), 100);
}

}  // namespace ohmcarlo
