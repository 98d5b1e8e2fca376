#pragma once
// The [data] table of one point.

#include <cstdint>
#include <optional>
#include <string>

#include "config/settings.hpp"
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

  /// Of a sample; of sequences, of one frame.
  [[nodiscard]] SampleShape shape() const;
  [[nodiscard]] std::size_t classes() const;
  [[nodiscard]] bool is_sequences() const { return speech && speech->frames == 0; }
  [[nodiscard]] bool frame_wise() const { return speech && speech->set == "timit"; }
};

/// Reads it but for the directory, which points share. `recurrent`: whether the network takes sequences. Throws Error
/// (exit 2).
[[nodiscard]] DataOptions read_data(Reader& reader, bool recurrent);

}  // namespace ohmcarlo
