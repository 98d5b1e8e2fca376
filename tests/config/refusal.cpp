#include "config/refusal.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace refusal_test {

TEST(RefuseKey, NamesLineAndKey) {
  const Reading reading("data.set = \"mnist\"\nhardware.g_min = 0.5\n");
  EXPECT_EQ(bad_usage_of([&] { refuse_key(reading.reader, "hardware.g_min", "too large"); }),
            "a.toml:2: 'hardware.g_min': too large");
  EXPECT_EQ(bad_usage_of([&] { check_key(reading.reader, "hardware.g_max", "no problem is none"); }),
            "a.toml: 'hardware.g_max': no problem is none");
  EXPECT_NO_THROW(check_key(reading.reader, "hardware.g_max", ""));
}

}  // namespace refusal_test
}  // namespace ohmcarlo
