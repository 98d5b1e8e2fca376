#include "config/value.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace value_test {

TEST(ToToml, WritesEveryKindOfValue) {
  EXPECT_EQ(to_toml(true), "true");
  EXPECT_EQ(to_toml(std::int64_t{-3}), "-3");
  EXPECT_EQ(to_toml(0.1), "0.1");
  EXPECT_EQ(to_toml(1e-5), "1e-05");
  EXPECT_EQ(to_toml(2.0), to_toml(std::int64_t{2}));
  EXPECT_EQ(to_toml(std::string("plain")), "\"plain\"");
  EXPECT_EQ(to_toml(std::vector<std::int64_t>{1, 2}), "[1, 2]");
  EXPECT_EQ(to_toml(std::vector<double>{0.5, 2}), "[0.5, 2]");
  EXPECT_EQ(to_toml(std::vector<std::string>{}), "[]");
  EXPECT_EQ(to_toml(std::vector<std::string>{"a", "b"}), "[\"a\", \"b\"]");
  EXPECT_EQ(to_toml(Settings{{"training.epochs", "3"}}), "{ \"training.epochs\" = 3 }");
}

TEST(RecordValue, KeepsTheValueAndItsLine) {
  const RecordedValue recorded = record_value("training.epochs", std::int64_t{7});
  EXPECT_EQ(recorded.value, Value(std::int64_t{7}));
  EXPECT_EQ(recorded.line, "training.epochs = 7\n");
}

}  // namespace value_test
}  // namespace ohmcarlo
