#pragma once
// The Free Spoken Digit Dataset (github.com/Jakobovski/free-spoken-digit-dataset).

#include <filesystem>

#include "data/data_set.hpp"

namespace ohmcarlo {

/// The Free Spoken Digit Dataset: DIGIT_SPEAKER_INDEX.wav in one folder, 8 kHz, 10 classes, "0" to "9".
/// Throws BadData if the folder holds no such file, or a .wav file of another form of name.
[[nodiscard]] Recordings find_fsdd(const std::filesystem::path& directory);

/// The official split of the Free Spoken Digit Dataset: index 0..4 of every digit and speaker is test, the rest
/// training. Every speaker is in both.
[[nodiscard]] CorpusParts fsdd_official_parts(const Recordings& recordings);

/// Ten digits in English, tested by the official split or by speakers that are held out.
[[nodiscard]] DataSet fsdd_set();

}  // namespace ohmcarlo
