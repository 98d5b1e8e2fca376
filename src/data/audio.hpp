#pragma once
// Sound files: one channel of samples, by libsndfile.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace ohmcarlo {

struct Audio {
  std::uint32_t rate = 0;      ///< samples a second
  std::vector<float> samples;  ///< at least one, finite; a PCM file's full scale is -1..1
};

/// Reads RIFF WAV, FLAC or NIST SPHERE (uncompressed PCM, the format of TIMIT's .WAV files); recognised by content, not
/// by name. `rate`: what the samples a second must be, 0 for any.
///
/// Throws BadData, one line naming the file, for: a missing or unreadable file; what is none of the three
/// formats; a file that ends before what its header promises (a WAV header of unknown length, as programs write it into
/// a pipe, promises nothing); several channels; no samples; another rate; samples that are not finite numbers.
[[nodiscard]] Audio read_audio(const std::filesystem::path& path, std::uint32_t rate = 0);

}  // namespace ohmcarlo
