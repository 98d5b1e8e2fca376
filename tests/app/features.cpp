#include <cmath>
#include <sstream>

#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace features_test {

using test::error_of;
using ::testing::HasSubstr;

/// A RIFF file of 16-bit samples, mono, at 8 kHz.
std::string wav_of(const std::vector<std::int16_t>& samples) {
  const auto number = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
    return text;
  };
  std::string data;
  for (const std::int16_t sample : samples) data += number(static_cast<std::uint16_t>(sample), 2);
  const std::string format =
      number(1, 2) + number(1, 2) + number(8000, 4) + number(16000, 4) + number(2, 2) + number(16, 2);
  const auto size = static_cast<std::uint32_t>(data.size());
  return "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + format + "data" + number(size, 4) + data;
}

/// What `ohmcarlo data features` prints of a file.
class Features : public testing::Test {
 protected:
  test::Scratch folder;
  std::string file = (folder / "a.wav").string();

  std::vector<std::vector<double>> rows(Arguments arguments) {
    arguments.push_back(file);
    std::istringstream lines(test::printed_by([&] { EXPECT_EQ(features_command(arguments), 0); }));
    std::vector<std::vector<double>> found;
    std::string line;
    EXPECT_TRUE(std::getline(lines, line) && line.starts_with("# ")) << line;
    while (std::getline(lines, line)) {
      std::istringstream fields(line);
      found.emplace_back();
      for (std::string field; std::getline(fields, field, ',');) found.back().push_back(std::stod(field));
    }
    return found;
  }
};

// 1000 samples hold 1 + (1000 - 200) / 80 = 11 frames of 25 ms every 10 ms; 12 cepstra and log energy, three times.
TEST_F(Features, AFrameIsARow) {
  test::write_text(file, wav_of(std::vector<std::int16_t>(1000, 0)));
  const auto silence = rows({});
  ASSERT_EQ(silence.size(), 11U);
  for (const auto& row : silence) EXPECT_EQ(row, std::vector<double>(39, 0)) << "silence has zeros";
  const auto wide = rows({"--window", "0.05", "--hop", "0.025", "--cepstra", "5", "--delta-window", "0"});
  ASSERT_EQ(wide.size(), 4U);  // 1 + (1000 - 400) / 200
  EXPECT_EQ(wide[0].size(), 6U);
}

// A square wave of height h has the energy N h^2 in N samples, whatever its mean: log energy is the last static one.
TEST_F(Features, LogEnergyIsThatOfTheSamples) {
  std::vector<std::int16_t> samples(200);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<std::int16_t>(i % 10 < 5 ? 1500 : -500);
  test::write_text(file, wav_of(samples));
  const auto features = rows({"--delta-window", "0"});
  ASSERT_EQ(features.size(), 1U);
  EXPECT_NEAR(features[0].back(), std::log(200 * 1000.0 * 1000.0), 1e-4);
}

TEST_F(Features, WhatHasNoFrameIsRefused) {
  test::write_text(file, wav_of(std::vector<std::int16_t>(199, 7)));
  EXPECT_EQ(error_of([&] { features_command({file}); }, typeid(BadData)),
            file + ": has 199 samples, fewer than one window (200)");
  EXPECT_THAT(error_of([&] { features_command({(folder / "no.wav").string()}); }, typeid(BadData)),
              HasSubstr("no.wav"));
  EXPECT_EQ(error_of(
                [&] {
                  features_command({file, "--filters", "257"});
                },
                typeid(BadUsage)),
            "data features: --filters 257 --delta-window 2: not allowed (allowed: up to 256 and 100)");
  EXPECT_THAT(error_of([] { features_command({}); }, typeid(BadUsage)), HasSubstr("FILE is missing"));
}

}  // namespace features_test
}  // namespace ohmcarlo
