#include "data/cifar.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "data/byte_source.hpp"

namespace ohmcarlo {
namespace {

constexpr SampleShape kCifarShape{3, 32, 32};

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
  const std::size_t record_bytes = labels.size() + kCifarShape.values();
  if (!source.compressed())
    records.pixels.reserve(records.pixels.size() + source.most_bytes() / record_bytes * kCifarShape.values());
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

SampleSet cifar_set_of(Records records, std::size_t classes) {
  return SampleSet::of_images(kCifarShape, std::move(records.pixels), std::move(records.labels), classes);
}

}  // namespace

SampleSet read_cifar10(const std::vector<std::filesystem::path>& files) {
  constexpr std::array kLabels{LabelByte{"label", 10}};
  Records records;
  for (const std::filesystem::path& file : files) append_records(file, kLabels, records);
  return cifar_set_of(std::move(records), 10);
}

SampleSet read_cifar100(const std::filesystem::path& file) {
  constexpr std::array kLabels{LabelByte{"coarse label", 20}, LabelByte{"fine label", 100}};
  Records records;
  append_records(file, kLabels, records);
  return cifar_set_of(std::move(records), 100);
}

namespace {

SampleSet load_cifar10(const ImageFiles& /*names*/, const std::filesystem::path& directory, SetPart part) {
  if (part == SetPart::test) return read_cifar10({find_plain_or_gzip(directory, "test_batch.bin")});
  std::vector<std::filesystem::path> files;
  for (int batch = 1; batch <= 5; ++batch)
    files.push_back(find_plain_or_gzip(directory, fmt::format("data_batch_{}.bin", batch)));
  return read_cifar10(files);
}

SampleSet load_cifar100(const ImageFiles& /*names*/, const std::filesystem::path& directory, SetPart part) {
  return read_cifar100(find_plain_or_gzip(directory, part == SetPart::training ? "train.bin" : "test.bin"));
}

}  // namespace

// The scaling is that of Qin et al. (CODES+ISSS 2024).
DataSet cifar10_set() {
  return {.name = "cifar10",
          .source = ImageSource{.shape = kCifarShape,
                                .classes = 10,
                                .scaling = {{0.491F, 0.482F, 0.446F}, {0.247F, 0.243F, 0.261F}},
                                .load = load_cifar10},
          .files = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
                    "test_batch.bin"}};
}

// The means and deviations of the training images.
DataSet cifar100_set() {
  return {.name = "cifar100",
          .source = ImageSource{.shape = kCifarShape,
                                .classes = 100,
                                .scaling = {{0.5071F, 0.4865F, 0.4409F}, {0.2673F, 0.2564F, 0.2762F}},
                                .load = load_cifar100},
          .files = {"train.bin", "test.bin"}};
}

}  // namespace ohmcarlo
