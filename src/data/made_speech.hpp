#pragma once
// One recording of made speech: who says what, how, in what noise, all drawn by address; and its files.

#include <cstdint>
#include <string>
#include <vector>

#include "data/made_voices.hpp"
#include "data/phone_labels.hpp"
#include "data/speech_process.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {

/// Signal to noise in dB, drawn uniformly for each recording: mean power of the speech between its first and its last
/// phone over that of the noise.
struct SnrRange {
  double low_db = 20;
  double high_db = 40;
};

/// A recording is the same whenever and wherever it is made again with the same plan.
struct RecordingPlan {
  std::uint64_t seed = 0;
  std::uint32_t corpus = 0;  ///< 0 sentences, 1 keywords: their draws have nothing in common
  Speaker speaker;
  std::uint64_t number = 0;  ///< of the speaker's recordings
  std::string text;
  SnrRange snr;
};

struct MadeRecording {
  std::vector<std::int16_t> samples;  ///< 16 kHz
  std::vector<PhoneLabel> labels;     ///< of the sentences; empty for keywords
};

inline constexpr std::size_t kMadeRate = 16000;        // samples a second
inline constexpr std::size_t kKeywordSamples = 19200;  // 1.2 s

/// The stream for the text of a recording. `attempt` (0 .. 15) tells draws of one text apart.
[[nodiscard]] Stream text_stream(std::uint64_t seed, std::uint32_t corpus, const Speaker& speaker, std::uint64_t number,
                                 std::uint32_t attempt = 0);

/// A sentence between silences of 80 to 250 ms (h#), with its phones. A speaker has a rate (140 to 190 words a minute),
/// a pitch and a pitch range of his own, and varies a little around them. Throws as SpeechProcess::say and
/// label_phones.
[[nodiscard]] MadeRecording record_sentence(SpeechProcess& speech, const RecordingPlan& plan);

/// A word or phrase at a random place within 1.2 s; what would be longer is said faster, and at last cut.
[[nodiscard]] MadeRecording record_keyword(SpeechProcess& speech, const RecordingPlan& plan);

/// The bytes of a RIFF file: 16-bit PCM, mono, 16 kHz.
[[nodiscard]] std::string wav_bytes(const std::vector<std::int16_t>& samples);
/// TIMIT's .PHN: "begin end phone", a line a label.
[[nodiscard]] std::string phn_text(const std::vector<PhoneLabel>& labels);

}  // namespace ohmcarlo
