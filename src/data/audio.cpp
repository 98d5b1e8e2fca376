#include "data/audio.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include <sndfile.h>

#include "base/error.hpp"
#include "base/printable.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAllowed = "allowed: RIFF WAV, FLAC, NIST SPHERE";
constexpr std::uint32_t kLengthUnknown = 0x7FFFF000;  ///< data chunks from here on were written into a pipe

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

std::uint32_t little_endian(const char* bytes) {
  std::uint32_t word = 0;
  for (int byte = 3; byte >= 0; --byte) word = word << 8 | static_cast<unsigned char>(bytes[byte]);
  return word;
}

/// The bytes that a RIFF file must have for its samples to be there, from the chunk "data".
std::optional<std::uint64_t> promised_by_riff(std::ifstream& file) {
  std::array<char, 8> chunk{};
  for (std::uint64_t at = 12;;) {
    file.seekg(static_cast<std::streamoff>(at));
    if (!file.read(chunk.data(), chunk.size())) return std::nullopt;
    const std::uint32_t size = little_endian(chunk.data() + 4);
    at += chunk.size();
    if (std::string_view(chunk.data(), 4) == "data") {
      return size < kLengthUnknown ? std::optional(at + size) : std::nullopt;
    }
    at += size + size % 2;
  }
}

/// The bytes that a SPHERE file must have: "NIST_1A", the length of the header, then lines `name -type value` up to
/// "end_head".
std::optional<std::uint64_t> promised_by_sphere(std::ifstream& file) {
  std::string line, name, type;
  std::uint64_t header = 0, count = 0, channels = 1, width = 2;
  file.seekg(0);
  std::getline(file, line);
  if (!(file >> header)) return std::nullopt;
  std::getline(file, line);
  while (std::getline(file, line) && !line.starts_with("end_head")) {
    std::istringstream words(line);
    words >> name >> type;
    if (type != "-i") continue;
    if (name == "sample_count") words >> count;
    if (name == "channel_count") words >> channels;
    if (name == "sample_n_bytes") words >> width;
  }
  return header + count * channels * width;
}

/// SPHERE files may be compressed, which libsndfile does not know: their header says "sample_coding -s26
/// pcm,embedded-shorten-v2.00".
void refuse_compressed_sphere(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line, name, type, coding;
  if (!std::getline(file, line) || line != "NIST_1A") return;
  for (int lines = 0; lines < 1000 && std::getline(file, line) && !line.starts_with("end_head"); ++lines) {
    std::istringstream words(line);
    if (!(words >> name >> type >> coding) || name != "sample_coding" || coding.find("embedded") == std::string::npos)
      continue;
    fail_data("{}: is a compressed SPHERE file ({}); sph2pipe, or w_decode of NIST's tools, decompresses it",
              path.string(), printable(coding));
  }
}

/// libsndfile takes what is there of a WAV or SPHERE file that was cut: the header says how much there was.
void check_whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 12> start{};
  if (!file.read(start.data(), start.size())) return;
  const std::string_view magic(start.data(), start.size());
  std::optional<std::uint64_t> promised;
  if (magic.starts_with("RIFF")) promised = promised_by_riff(file);
  if (magic.starts_with("NIST_1A")) promised = promised_by_sphere(file);
  const std::uint64_t size = fs::file_size(path);
  if (promised && size < *promised) {
    fail_data("{}: cut short: its header promises {} bytes and there are {}", path.string(), *promised, size);
  }
}

}  // namespace

Audio read_audio(const fs::path& path, std::uint32_t rate) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) fail_data("{}: no such file", path.string());
  if (!fs::is_regular_file(path, ignored)) fail_data("{}: is not a file", path.string());
  refuse_compressed_sphere(path);
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, Close> file(sf_open(path.c_str(), SFM_READ, &info));
  const int format = info.format & SF_FORMAT_TYPEMASK;
  const bool known =
      format == SF_FORMAT_WAV || format == SF_FORMAT_WAVEX || format == SF_FORMAT_FLAC || format == SF_FORMAT_NIST;
  if (file == nullptr || !known) {
    if (std::ifstream readable(path, std::ios::binary); !readable) fail_data("{}: cannot be read", path.string());
    check_whole(path);
    fail_data("{}: is not a sound file that can be read here ({})", path.string(), kAllowed);
  }
  check_whole(path);
  if (info.channels != 1) {
    fail_data("{}: has {} channels; allowed: one (mix or choose one first)", path.string(), info.channels);
  }
  Audio audio{.rate = static_cast<std::uint32_t>(info.samplerate), .samples = {}};
  if (rate != 0 && audio.rate != rate) {
    fail_data("{}: has {} samples a second, expected {}", path.string(), audio.rate, rate);
  }
  // In pieces, so that no memory is taken on the word of a header.
  constexpr std::size_t kPiece = 65536;
  for (std::size_t got = kPiece; got == kPiece;) {
    const std::size_t before = audio.samples.size();
    audio.samples.resize(before + kPiece);
    got = static_cast<std::size_t>(
        std::max<sf_count_t>(0, sf_readf_float(file.get(), audio.samples.data() + before, kPiece)));
    audio.samples.resize(before + got);
  }
  const bool counted = info.frames < std::numeric_limits<sf_count_t>::max();
  if (sf_error(file.get()) != SF_ERR_NO_ERROR ||
      (counted && audio.samples.size() < static_cast<std::size_t>(info.frames))) {
    fail_data("{}: cut short or damaged: its header promises {} samples and {} can be read", path.string(), info.frames,
              audio.samples.size());
  }
  if (audio.samples.empty()) fail_data("{}: holds no samples", path.string());
  const auto bad =
      std::find_if_not(audio.samples.begin(), audio.samples.end(), [](float x) { return std::isfinite(x); });
  if (bad != audio.samples.end()) {
    fail_data("{}: sample {} is not a finite number", path.string(), bad - audio.samples.begin());
  }
  return audio;
}

}  // namespace ohmcarlo
