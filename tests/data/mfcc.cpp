// Closed forms; every number of whole feature vectors is compared with another program in tests/reference/test_mfcc.py.

#include "data/mfcc.hpp"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "data/deltas.hpp"
#include "data/sound_files.hpp"

namespace ohmcarlo::test {
namespace mfcc_test {

using ::testing::Each;
using ::testing::FloatNear;
using ::testing::HasSubstr;

/// No liftering and as many cepstra as can be: with c_0 they would be the orthogonal transform of the log filters.
MfccOptions plain(std::uint32_t rate = 16000) {
  return {.rate = rate, .cepstra = 25, .lifter = 0, .energy = false, .delta_window = 0};
}

/// The logarithms of the filters of each frame, up to their mean, by the inverse transform.
std::vector<std::vector<double>> log_filters(const MfccOptions& options, const std::vector<float>& samples) {
  const std::vector<float> cepstra = Mfcc(options).coefficients(samples);
  std::vector<std::vector<double>> filters;
  for (std::size_t at = 0; at < cepstra.size(); at += options.cepstra) {
    std::vector<double>& frame = filters.emplace_back(options.filters, 0.0);
    for (std::size_t m = 0; m < options.filters; ++m) {
      for (std::size_t n = 1; n <= options.cepstra; ++n) {
        frame[m] +=
            std::sqrt(2.0 / options.filters) * cepstra[at + n - 1] *
            std::cos(std::numbers::pi * static_cast<double>(n) * (static_cast<double>(m) + 0.5) / options.filters);
      }
    }
  }
  return filters;
}

TEST(Mfcc, HasTheUsualShape) {
  const MfccOptions options;
  EXPECT_EQ(options.window(), 400U);
  EXPECT_EQ(options.hop(), 160U);
  EXPECT_EQ(options.coefficients(), 39U);
  EXPECT_EQ(options.frames(399), 0U);
  EXPECT_EQ(options.frames(400), 1U);
  EXPECT_EQ(options.frames(559), 1U);
  EXPECT_EQ(options.frames(560), 2U);
  EXPECT_EQ(options.frames(16000), 98U);
  EXPECT_EQ(Mfcc(options).coefficients(tone(440, 0.5, 16000, 16000)).size(), 98U * 39);
  EXPECT_TRUE(Mfcc(options).coefficients(tone(440, 0.5, 399, 16000)).empty());
}

// The middle of filter m (from 1) is at mel(8000 Hz) m / 27; a tone there is loudest in it.
TEST(Mfcc, ATonePeaksInItsFilter) {
  for (const std::uint32_t rate : {8000U, 16000U}) {
    const double top = 2595.0 * std::log10(1.0 + rate / 2.0 / 700.0);
    for (const std::size_t m : {1U, 5U, 13U, 20U, 26U}) {
      const double hz = 700.0 * (std::pow(10.0, top * static_cast<double>(m) / 27.0 / 2595.0) - 1.0);
      const auto filters = log_filters(plain(rate), tone(hz, 0.5, rate / 10, rate));
      ASSERT_FALSE(filters.empty());
      for (const auto& frame : filters) {
        EXPECT_EQ(std::max_element(frame.begin(), frame.end()) - frame.begin(), static_cast<int>(m) - 1) << hz;
      }
    }
  }
}

// Twice the sound adds log 2 to every filter and log 4 to the energy: no cepstrum but c_0, which is left out, moves.
TEST(Mfcc, LoudnessMovesTheEnergyAlone) {
  MfccOptions options;
  std::vector<float> sound = tone(300, 0.2, 8000, 16000);
  for (std::size_t n = 0; n < sound.size(); ++n) {  // and something in every filter
    sound[n] += 0.05F * std::sin(static_cast<float>(n * n % 7919));
  }
  std::vector<float> twice = sound;
  for (float& sample : twice) sample *= 2.0F;
  const auto soft = Mfcc(options).coefficients(sound), loud = Mfcc(options).coefficients(twice);
  for (std::size_t i = 0; i < soft.size(); ++i) {
    EXPECT_NEAR(loud[i] - soft[i], i % 39 == 12 ? std::log(4.0) : 0.0, 2e-5) << i % 39;
  }
}

// A tone of whole periods a window has energy N (32768 a)^2 / 2, whatever its offset.
TEST(Mfcc, EnergyIsThatOfTheToneWithoutItsMean) {
  std::vector<float> sound = tone(400, 0.25, 1600, 16000);
  for (float& sample : sound) sample += 0.125F;
  const double expected = std::log(400.0 * 8192.0 * 8192.0 / 2.0);
  const MfccOptions options{.delta_window = 0};
  const auto energies = Mfcc(options).log_energies(sound);
  EXPECT_EQ(energies.size(), 8U);
  EXPECT_THAT(energies, Each(FloatNear(static_cast<float>(expected), 1e-5F)));
  const auto coefficients = Mfcc(options).coefficients(sound);
  for (std::size_t t = 0; t < 8; ++t) EXPECT_EQ(coefficients[t * 13 + 12], energies[t]);
}

TEST(Mfcc, DigitalSilenceIsZero) {
  EXPECT_THAT(Mfcc({}).coefficients(std::vector<float>(1000, 0.25F)), Each(FloatNear(0.0F, 1e-12F)));
}

TEST(Mfcc, LifterScalesEachCepstrum) {
  const auto sound = tone(700, 0.3, 400, 16000);
  const MfccOptions lifted{.energy = false, .delta_window = 0};
  MfccOptions bare = lifted;
  bare.lifter = 0;
  const auto with = Mfcc(lifted).coefficients(sound), without = Mfcc(bare).coefficients(sound);
  for (int n = 1; n <= 12; ++n) {
    const double lift = 1.0 + 11.0 * std::sin(std::numbers::pi * n / 22.0);
    EXPECT_NEAR(with[n - 1], lift * without[n - 1], 1e-4);
  }
}

TEST(Mfcc, OneObjectGivesTheSameBitsAgain) {
  Mfcc mfcc{MfccOptions{}};
  const auto sound = tone(440, 0.5, 4000, 16000);
  const auto first = mfcc.coefficients(sound);
  static_cast<void>(mfcc.coefficients(tone(3000, 1.0, 4000, 16000)));
  static_cast<void>(mfcc.log_energies(sound));
  EXPECT_EQ(mfcc.coefficients(sound), first);
  EXPECT_EQ(Mfcc({}).coefficients(sound), first);
}

TEST(Mfcc, AccelerationsAreTheDeltasOfTheDeltas) {
  std::vector<float> sound = tone(440, 0.5, 6000, 16000);
  for (std::size_t n = 0; n < sound.size(); ++n) sound[n] *= static_cast<float>(n) / 6000.0F;
  const MfccOptions options;
  MfccOptions bare = options;
  bare.delta_window = 0;
  const auto statics = Mfcc(bare).coefficients(sound);
  const auto first = deltas(statics, 13, 2), second = deltas(first, 13, 2);
  const auto all = Mfcc(options).coefficients(sound);
  for (std::size_t t = 0; t < all.size() / 39; ++t) {
    for (std::size_t i = 0; i < 13; ++i) {
      EXPECT_EQ(all[t * 39 + i], statics[t * 13 + i]);
      EXPECT_EQ(all[t * 39 + 13 + i], first[t * 13 + i]);
      EXPECT_EQ(all[t * 39 + 26 + i], second[t * 13 + i]);
    }
  }
}

TEST(Mfcc, RefusesOptionsOutOfRange) {
  const auto refused = [](auto change) {
    MfccOptions options;
    change(options);
    return error_of([&] { Mfcc made(options); }, typeid(BadUsage));
  };
  EXPECT_THAT(refused([](auto& o) { o.rate = 0; }), HasSubstr("0 samples a second"));
  EXPECT_THAT(refused([](auto& o) { o.window_seconds = 0.0; }), HasSubstr("window"));
  EXPECT_THAT(refused([](auto& o) { o.window_seconds = 2.0; }), HasSubstr("window"));
  EXPECT_THAT(refused([](auto& o) { o.window_seconds = NAN; }), HasSubstr("window"));
  EXPECT_THAT(refused([](auto& o) { o.hop_seconds = 1e-5; }), HasSubstr("hop"));
  EXPECT_THAT(refused([](auto& o) { o.pre_emphasis = 1.0; }), HasSubstr("pre-emphasis"));
  EXPECT_THAT(refused([](auto& o) { o.high_hz = 8001.0; }), HasSubstr("within 0 to 8000 Hz"));
  EXPECT_THAT(refused([](auto& o) { o.low_hz = 8000.0; }), HasSubstr("Hz"));
  EXPECT_THAT(refused([](auto& o) { o.low_hz = -1.0; }), HasSubstr("Hz"));
  EXPECT_THAT(refused([](auto& o) { o.cepstra = 26; }), HasSubstr("1 to filters - 1"));
  EXPECT_THAT(refused([](auto& o) { o.cepstra = 0; }), HasSubstr("1 to filters - 1"));
  EXPECT_THAT(refused([](auto& o) { o.filters = 200; }), HasSubstr("filter 1 holds none"));
}

}  // namespace mfcc_test
}  // namespace ohmcarlo::test
