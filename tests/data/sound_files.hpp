#pragma once
// Small sound files for the tests: WAV and FLAC by libsndfile, SPHERE by hand.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sndfile.h>

#include "scratch.hpp"

namespace ohmcarlo::test {

/// A sine of `hz` and an amplitude, full scale 1.
inline std::vector<float> tone(double hz, double amplitude, std::size_t samples, double rate) {
  std::vector<float> sound(samples);
  for (std::size_t n = 0; n < samples; ++n) {
    sound[n] = static_cast<float>(amplitude * std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(n) / rate));
  }
  return sound;
}

inline fs::path write_sound(const fs::path& path, const std::vector<float>& samples, int rate,
                            int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16, int channels = 1) {
  fs::create_directories(path.parent_path());
  SF_INFO info{};
  info.samplerate = rate;
  info.channels = channels;
  info.format = format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) throw std::runtime_error("cannot write " + path.string());
  const auto count = static_cast<sf_count_t>(samples.size());
  if ((format & SF_FORMAT_SUBMASK) == SF_FORMAT_FLOAT) {
    sf_write_float(file, samples.data(), count);
  } else {  // whole steps: libsndfile would scale floats by 32767
    std::vector<int> steps;
    for (const float x : samples) steps.push_back(static_cast<int>(std::min(x * 0x1p31, 0x1p31 - 0x1p16)));
    sf_write_int(file, steps.data(), count);
  }
  sf_close(file);
  return path;
}

/// A SPHERE file as TIMIT's: 1,024 bytes of header, then 16-bit samples, low byte first.
inline std::string sphere(const std::vector<std::int16_t>& samples, int rate = 16000) {
  std::string bytes = fmt::format(
      "NIST_1A\n   1024\ndatabase_id -s5 TIMIT\nchannel_count -i 1\nsample_count -i {}\nsample_rate -i {}\n"
      "sample_n_bytes -i 2\nsample_byte_format -s2 01\nsample_sig_bits -i 16\nend_head\n",
      samples.size(), rate);
  bytes.resize(1024, ' ');
  for (const std::int16_t sample : samples) {
    bytes += static_cast<char>(sample & 0xFF);
    bytes += static_cast<char>(sample >> 8);
  }
  return bytes;
}

inline fs::path write_file_in(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  write_text(path, text);
  return path;
}

}  // namespace ohmcarlo::test
