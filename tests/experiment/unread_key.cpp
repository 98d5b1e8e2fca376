#include "experiment/unread_key.hpp"

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace unread_key_test {

using ::testing::HasSubstr;

std::string setting(const std::string& lines, const char* path) {
  return setting_that_reads(parse_document("data.set = \"mnist\"\n" + lines, "a.toml", {}), path);
}

TEST(SettingThatReads, IsAWordOfAnotherKey) {
  EXPECT_EQ(setting("hardware.dac.bits = 4\n", "hardware.dac.bits"), "hardware.simulate = \"arrays\"");
  EXPECT_EQ(setting("training.momentum = 0.5\n", "training.momentum"), "training.optimizer = \"sgd\"");
  EXPECT_EQ(setting("training.kurtosis.lambda = 1.0\n", "training.kurtosis.lambda"),
            "training.method = \"kurtosis\" or \"kure\"");
}

TEST(SettingThatReads, IsSoughtFromTheFirstPointOfASweep) {
  EXPECT_EQ(
      setting("training.momentum = 0.5\n[sweep]\n\"training.optimizer\" = [\"adam\"]\n\"training.epochs\" = [1, 2]\n",
              "training.momentum"),
      "training.optimizer = \"sgd\"");
}

// Ranges of converters are read where converters have bits, and those on arrays only.
TEST(SettingThatReads, MayBeTwoSettings) {
  EXPECT_EQ(setting("hardware.adc.range = \"maximum\"\n", "hardware.adc.range"),
            "hardware.adc.bits and hardware.simulate = \"arrays\"");
  EXPECT_EQ(setting("hardware.simulate = \"arrays\"\nhardware.adc.range = \"maximum\"\n", "hardware.adc.range"),
            "hardware.adc.bits");
}

TEST(SettingThatReads, IsNamedWhereTheKeyIsRefused) {
  EXPECT_THAT(refused("data.set = \"mnist\"\ntraining.momentum = 0.5\n"),
              HasSubstr("; remove it, or set training.optimizer = \"sgd\""));
}

}  // namespace unread_key_test
}  // namespace ohmcarlo
