#include "config/key.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo::key_tests {
namespace key_test {

using enum KeyType;

TEST(Key, SaysWhatIsAllowed) {
  EXPECT_EQ((Key{.path = "a", .type = integer, .low = 1, .high = 16}.allowed()), "a whole number from 1 to 16");
  EXPECT_EQ((Key{.path = "a", .type = real, .low = Key::kAboveZero, .high = 1}.allowed()),
            "a number above 0 and at most 1");
  EXPECT_EQ((Key{.path = "a", .type = real, .low = 0, .high = 2, .words = {"tested"}}.allowed()),
            "a number from 0 to 2 or \"tested\"");
  EXPECT_EQ((Key{.path = "a", .type = text, .words = {"x", "y"}}.allowed()), "\"x\", \"y\"");
  EXPECT_EQ((Key{.path = "a", .type = text}.allowed()), "a text in quotes");
  EXPECT_EQ((Key{.path = "a", .type = real_list, .low = -1, .high = 1, .length = 2}.allowed()), "a list of 2 numbers");
  EXPECT_EQ((Key{.path = "a", .type = boolean}.allowed()), "true or false");
  EXPECT_EQ((Key{.path = "a", .type = mean_and_sd, .words = {"x"}}.allowed()),
            "a table { mean = [...], sd = [...] } with a number for each channel, sd above 0, or \"x\"");
}

TEST(Key, TakesFiniteNumbersOfItsRange) {
  const Key key{.path = "a", .type = real, .low = Key::kAboveZero, .high = 1};
  EXPECT_TRUE(key.takes(1) && key.takes(1e-300));
  EXPECT_FALSE(key.takes(0) || key.takes(1.1) || key.takes(std::numeric_limits<double>::quiet_NaN()));
  const Key any{.path = "a", .type = real};
  EXPECT_TRUE(any.takes(-1e300));
  EXPECT_FALSE(any.takes(std::numeric_limits<double>::infinity()));
}

TEST(Key, SplitsItsPathAtTheLastDot) {
  const Key key{.path = "hardware.variation.sigma", .type = real};
  EXPECT_EQ(key.table(), "hardware.variation");
  EXPECT_EQ(key.name(), "sigma");
}

TEST(Key, ReadsItsDefault) {
  EXPECT_EQ((Key{.path = "a", .type = real, .fallback = "1e-3"}.default_value()), Value(1e-3));
  EXPECT_EQ((Key{.path = "a", .type = integer, .fallback = "10"}.default_value()), Value(std::int64_t{10}));
  EXPECT_EQ((Key{.path = "a", .type = boolean, .fallback = "false"}.default_value()), Value(false));
  EXPECT_EQ((Key{.path = "a", .type = real, .fallback = "\"tested\""}.default_value()), Value(std::string("tested")));
  EXPECT_EQ((Key{.path = "a", .type = real_list, .fallback = "[0.7240, -0.5]"}.default_value()),
            Value(std::vector<double>{0.7240, -0.5}));
  EXPECT_EQ((Key{.path = "a", .type = integer_list, .fallback = "[100]"}.default_value()),
            Value(std::vector<std::int64_t>{100}));
  EXPECT_THROW((void)(Key{.path = "a", .type = real}.default_value()), std::logic_error);
}

}  // namespace key_test
}  // namespace ohmcarlo::key_tests
