#pragma once
// The phones of TIMIT: the set of 61, its foldings, and the files that say which phone is where (.PHN).

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/label.hpp"

namespace ohmcarlo {

/// 61 as labelled (Garofolo et al., DARPA TIMIT, NISTIR 4930, 1993), or folded to 48 for training or 39 for scoring
/// (Lee & Hon, IEEE Trans. ASSP 37, 1989, 1641-1648); "q" is in no class of the folded sets.
enum class PhoneSet : std::uint8_t { timit61, folded48, folded39 };

/// The names of a set's classes, in the order of their labels: alphabetical.
[[nodiscard]] std::vector<std::string> phone_names(PhoneSet set);

/// The label in `set` of phone 0..60 (its place in phone_names(timit61)), or kUnlabelled.
[[nodiscard]] Label folded(std::uint8_t phone, PhoneSet set);

/// A stretch of sound: samples begin .. end - 1.
struct PhoneSegment {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint8_t phone = 0;  ///< 0..60
};

/// Reads a .PHN file: a line a phone, `first-sample end-sample name`, in order of time; gaps are allowed, blank lines
/// and carriage returns do not count. Throws BadData, naming file and line, for: a missing, unreadable or empty
/// file; text in UTF-16; a line that is not two whole numbers and a name; an unknown phone; a phone that ends before it
/// begins, is empty, or begins before the one before it ended.
[[nodiscard]] std::vector<PhoneSegment> read_phones(const std::filesystem::path& path);

/// Throws BadData naming `phn` and `audio` unless the phones fit sound of so many samples: the last one ends at
/// most 25 ms beyond it (no frame's middle is there) and at least within its last half second.
void check_phones_fit(std::span<const PhoneSegment> phones, std::size_t samples, std::uint32_t rate,
                      const std::filesystem::path& phn, const std::filesystem::path& audio);

/// [frames] the label of the phone at each frame's middle, sample frame * hop + window / 2; kUnlabelled where there is
/// none.
[[nodiscard]] std::vector<Label> frame_labels(std::span<const PhoneSegment> phones, PhoneSet set, std::size_t frames,
                                              std::size_t hop, std::size_t window);

}  // namespace ohmcarlo
