#pragma once
// Asks the program ohmcarlo-speech to speak: see src/speech/main.cpp for what goes through the socket.

#include <filesystem>
#include <string>
#include <vector>

#include "data/phone_labels.hpp"

namespace ohmcarlo {

/// How something is said. The text holds no tab and no line break.
struct Utterance {
  std::string voice;  ///< espeak-ng's: "en-us+f1"
  int rate = 175;     ///< words a minute, 80 .. 450
  int pitch = 50;     ///< 0 .. 100
  int range = 50;     ///< of the pitch, 0 .. 100
  std::string text;
};

struct SpokenAudio {
  std::vector<float> samples;  ///< 16 kHz, full scale 1 (espeak-ng and the change of rate may exceed it slightly)
  std::vector<SpokenPhone> phones;
};

/// A running synthesiser, for one thread at a time. What it says depends on the request alone.
class SpeechProcess {
 public:
  /// Starts the program. Throws BadUsage if it is not there (a build without espeak-ng) or does not start.
  explicit SpeechProcess(const std::filesystem::path& program);
  /// Ends it and waits for its end.
  ~SpeechProcess();
  SpeechProcess(const SpeechProcess&) = delete;
  SpeechProcess& operator=(const SpeechProcess&) = delete;

  /// Throws BadUsage if espeak-ng refuses (no such voice in its version), std::runtime_error if the synthesiser has
  /// died.
  [[nodiscard]] SpokenAudio say(const Utterance& utterance);
  [[nodiscard]] const std::string& espeak_version() const { return espeak_version_; }

 private:
  [[nodiscard]] std::string read_line();
  void read_bytes(char* to, std::size_t count);

  int socket_ = -1;
  int process_ = -1;
  std::string buffer_;  // received, not yet used
  std::string espeak_version_;
};

}  // namespace ohmcarlo
