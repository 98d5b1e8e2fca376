#pragma once
// The binary version of CIFAR-10 and CIFAR-100 (A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images",
// 2009): records of one or two label bytes and 3,072 pixel bytes, nothing else; plain or gzip.

#include <filesystem>
#include <vector>

#include "data/data_set.hpp"

namespace ohmcarlo {

/// The images of all records, file after file: 3 x 32 x 32 (red, green, blue; row by row), 10 classes.
/// A record is a label (0..9) and the pixels.
///
/// Throws BadData, one line naming the file and the record, for: a missing, empty or unreadable file; damaged or
/// truncated gzip data; a record that is cut short; a label out of range.
[[nodiscard]] SampleSet read_cifar10(const std::vector<std::filesystem::path>& files);

/// The images of CIFAR-100: 3 x 32 x 32 (red, green, blue; row by row), 100 classes. A record is two labels, coarse
/// (0..19, checked and left out) and fine (0..99), and the pixels.
///
/// Throws BadData, one line naming the file and the record, for what read_cifar10 throws it for.
[[nodiscard]] SampleSet read_cifar100(const std::filesystem::path& file);

/// CIFAR-10: five batches to train on and one to test on.
[[nodiscard]] DataSet cifar10_set();
/// CIFAR-100 with its fine labels.
[[nodiscard]] DataSet cifar100_set();

}  // namespace ohmcarlo
