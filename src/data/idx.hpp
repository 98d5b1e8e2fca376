#pragma once
// The IDX format of MNIST and its relatives: big-endian header, then one byte a pixel or label; plain or gzip.

#include <cstddef>
#include <filesystem>

#include "data/image_files.hpp"
#include "data/integer_array.hpp"
#include "data/samples.hpp"

namespace ohmcarlo {

/// Reads grey images (magic 2051: count, rows, columns, pixels) and their labels (magic 2049: count, labels).
/// Compression is recognised by content, not by name. `classes` in 1..256; a label is one of 0..classes-1.
///
/// Throws BadData, one line naming the file, for: a missing, empty or unreadable file, a directory; damaged or
/// truncated gzip data; a wrong magic number; a header whose sizes are zero or do not match the bytes that follow (no
/// memory is taken on the word of a header: its sizes are first compared with the size of the file); different counts
/// of images and labels; a label out of range.
[[nodiscard]] SampleSet read_idx(const std::filesystem::path& images, const std::filesystem::path& labels,
                                 std::size_t classes);

/// What the headers of such files say, and what they weigh: the sizes of the set that read_idx would read, of
/// `classes`. Throws BadData for what of the above can be seen without reading pixels and labels.
[[nodiscard]] ImageSizes measure_idx(const std::filesystem::path& images, const std::filesystem::path& labels,
                                     std::size_t classes);

/// The array in an IDX file of any type and 1 to 255 sizes; plain or gzip. Throws BadData, one line naming the file,
/// for what read_idx throws it for, and for an unknown type.
[[nodiscard]] IntegerArray read_idx_array(const std::filesystem::path& file, ArrayExtent extent);

}  // namespace ohmcarlo
