#include <gtest/gtest.h>

#include "config/key_text.hpp"
#include "config/keys.hpp"

namespace ohmcarlo {
namespace key_schema_test {

/// How often `what` stands in `text`.
std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// That it is JSON, and takes and refuses experiment files, tests/integration/test_keys.py checks.
TEST(KeySchema, NamesEveryKeyOnceAndEverySweepTwice) {
  const std::string schema = keys_as_json_schema();
  for (const Key& key : all_keys())
    EXPECT_EQ(count_of(schema, "\"" + std::string(key.path) + "\": {"), key.sweepable ? 1U : 0U) << key.path;
  EXPECT_EQ(count_of(schema, "\"epochs\": {"), 2U);
}

}  // namespace key_schema_test
}  // namespace ohmcarlo
