#pragma once
// The [data] table of one point.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/reader.hpp"
#include "data/samples.hpp"
#include "data/speech_set.hpp"

namespace ohmcarlo {

struct DataOptions {
  std::string set;
  std::string directory;        ///< empty: look in the usual places
  std::int64_t validation = 0;  ///< of speech also kCustomary
  InputScaling scaling;         ///< of images; that of speech comes from the training samples
  std::optional<SpeechOptions> speech;
  std::string name;  ///< the set with all that decides on its samples: what is loaded once

  static constexpr std::int64_t kCustomary = -1;

  /// Shape of a sample; of sequences, of one frame.
  [[nodiscard]] SampleShape shape() const;
  /// Classes of the set: 2 or more.
  [[nodiscard]] std::size_t classes() const;
  [[nodiscard]] bool is_sequences() const { return speech && speech->frames == 0; }
  /// Whether every frame of a sequence has a label of its own.
  [[nodiscard]] bool frame_wise() const;
};

/// The keys of [data].
[[nodiscard]] std::vector<Key> data_keys();

/// Reads [data] of one point but for the directory. `recurrent`: whether the network takes sequences. Throws BadUsage.
[[nodiscard]] DataOptions read_data(Reader& reader, bool recurrent);

/// Reads data.directory, which all points share; empty if it is not given.
[[nodiscard]] std::string read_data_directory(Reader& reader);

}  // namespace ohmcarlo
