#include "data/audio.hpp"

#include <limits>

#include <gmock/gmock.h>

#include "data/sound_files.hpp"

namespace ohmcarlo::test {
namespace audio_test {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::vector<float> kSteps{0.0F, 1.0F / 32768, -1.0F, 32767.0F / 32768, -0.5F};

std::string refusal_of(const fs::path& path, std::uint32_t rate = 0) {
  const std::string error = error_of([&] { static_cast<void>(read_audio(path, rate)); }, typeid(BadData));
  EXPECT_EQ(error.find(path.string() + ": "), 0U) << error;
  return error;
}

TEST(ReadAudio, GivesTheSamplesOfWavAndFlacExactly) {
  const Scratch scratch;
  for (const int format :
       {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_PCM_24,
        SF_FORMAT_WAV | SF_FORMAT_FLOAT, SF_FORMAT_FLAC | SF_FORMAT_PCM_16}) {
    const Audio audio = read_audio(write_sound(scratch / "sound", kSteps, 8000, format), 8000);
    EXPECT_EQ(audio.rate, 8000U);
    EXPECT_EQ(audio.samples, kSteps) << std::hex << format;
  }
}

TEST(ReadAudio, GivesTheSamplesOfSphereExactly) {
  const Scratch scratch;
  write_text(scratch / "SX1.WAV", sphere({0, 1, -32768, 32767, -16384, 258}));
  const Audio audio = read_audio(scratch / "SX1.WAV", 16000);
  EXPECT_EQ(audio.rate, 16000U);
  EXPECT_EQ(audio.samples, (std::vector<float>{0, 1.0F / 32768, -1.0F, 32767.0F / 32768, -0.5F, 258.0F / 32768}));
}

TEST(ReadAudio, ReadsLongFilesToTheEnd) {
  const Scratch scratch;
  const auto sound = tone(440, 0.5, 65536 * 2 + 17, 16000);
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_FLOAT, SF_FORMAT_FLAC | SF_FORMAT_PCM_16}) {
    EXPECT_EQ(read_audio(write_sound(scratch / "long", sound, 16000, format)).samples.size(), sound.size());
  }
  write_sound(scratch / "even", tone(440, 0.5, 65536, 16000), 16000);
  EXPECT_EQ(read_audio(scratch / "even").samples.size(), 65536U);
}

TEST(ReadAudio, RefusesWhatIsNoSound) {
  const Scratch scratch;
  EXPECT_THAT(refusal_of(scratch / "none.wav"), EndsWith(": no such file"));
  EXPECT_THAT(refusal_of(scratch.path()), EndsWith(": is not a file"));
  for (const std::string text : {"", "R", "no sound", "RIFF1234WAVE", "NIST_1A\n", "fLaC"}) {
    write_text(scratch / "text.wav", text);
    EXPECT_THAT(refusal_of(scratch / "text.wav"), EndsWith("(allowed: RIFF WAV, FLAC, NIST SPHERE)")) << text;
  }
  // A sound file of another kind, whose cuts would go unseen.
  write_sound(scratch / "sound.au", kSteps, 8000, SF_FORMAT_AU | SF_FORMAT_PCM_16);
  EXPECT_THAT(refusal_of(scratch / "sound.au"), EndsWith("(allowed: RIFF WAV, FLAC, NIST SPHERE)"));
}

// The header is that of the sound, what follows is shorter.
TEST(ReadAudio, NamesCompressedSphere) {
  const Scratch scratch;
  std::string bytes = sphere(std::vector<std::int16_t>(2000, 7));
  const std::string end = "end_head\n";
  bytes.replace(bytes.find(end), end.size() + 46, "sample_coding -s26 pcm,embedded-shorten-v2.00\nend_head\n");
  write_text(scratch / "SX1.WAV", bytes.substr(0, 1500));
  EXPECT_THAT(refusal_of(scratch / "SX1.WAV"),
              EndsWith(": is a compressed SPHERE file (pcm,embedded-shorten-v2.00); sph2pipe, or w_decode of NIST's "
                       "tools, decompresses it"));
}

TEST(ReadAudio, RefusesFilesThatWereCut) {
  const Scratch scratch;
  const auto sound = tone(440, 0.5, 20000, 16000);
  const fs::path wav = write_sound(scratch / "sound.wav", sound, 16000);
  const fs::path flac = write_sound(scratch / "sound.flac", sound, 16000, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  write_text(scratch / "sound.sph", sphere(std::vector<std::int16_t>(20000, 7)));
  for (const fs::path& path : {wav, flac, scratch / "sound.sph"}) {
    const std::string whole = read_text(path);
    const std::vector<std::size_t> lengths{whole.size() - 1, whole.size() - 2, whole.size() / 2, 2000};
    for (const std::size_t length : lengths) {
      write_text(path, whole.substr(0, length));
      EXPECT_THAT(refusal_of(path), HasSubstr("cut short")) << length;
    }
    write_text(path, whole);
    EXPECT_EQ(read_audio(path).samples.size(), 20000U);
  }
  const std::string whole = read_text(wav);
  write_text(wav, whole.substr(0, whole.size() - 1));
  EXPECT_EQ(refusal_of(wav), wav.string() + ": cut short: its header promises 40044 bytes and there are 40043");
}

TEST(ReadAudio, AHeaderWrittenIntoAPipePromisesNothing) {
  const Scratch scratch;
  const fs::path wav = write_sound(scratch / "sound.wav", kSteps, 16000);
  std::string bytes = read_text(wav);
  bytes.replace(40, 4, "\xFF\xFF\xFF\xFF");
  write_text(wav, bytes);
  EXPECT_EQ(read_audio(wav).samples, kSteps);
}

TEST(ReadAudio, RefusesWhatCannotBeUsed) {
  const Scratch scratch;
  EXPECT_THAT(refusal_of(write_sound(scratch / "a.wav", {}, 8000)), EndsWith(": holds no samples"));
  EXPECT_THAT(refusal_of(write_sound(scratch / "b.wav", kSteps, 8000), 16000),
              EndsWith(": has 8000 samples a second, expected 16000"));
  EXPECT_THAT(refusal_of(write_sound(scratch / "c.wav", {0, 1, 0, 1}, 8000, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2)),
              EndsWith(": has 2 channels; allowed: one (mix or choose one first)"));
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    EXPECT_THAT(refusal_of(write_sound(scratch / "d.wav", {0, 0, bad}, 8000, SF_FORMAT_WAV | SF_FORMAT_FLOAT)),
                EndsWith(": sample 2 is not a finite number"));
  }
}

}  // namespace audio_test
}  // namespace ohmcarlo::test
