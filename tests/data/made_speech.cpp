// File formats of made speech; what it needs a synthesiser for is tested in tests/integration.

#include "data/made_speech.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo::test {
namespace made_speech_test {

TEST(MadeFiles, WavHasTheHeaderOfRiff) {
  const std::string bytes = wav_bytes({1, -2});
  const std::string expected(
      "RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0data\4\0\0\0\1\0\xfe\xff", 48);
  EXPECT_EQ(bytes, expected);
}

TEST(MadeFiles, PhnHasALineALabel) {
  EXPECT_EQ(phn_text({{0, 800, "h#"}, {800, 1000, "tcl"}}), "0 800 h#\n800 1000 tcl\n");
}

}  // namespace made_speech_test
}  // namespace ohmcarlo::test
