#include "base/error.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace error_test {

template <class Type, class Throws>
void expect_thrown(Throws&& throws, const std::string& message) {
  try {
    throws();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(Type)) << typeid(error).name();
    EXPECT_EQ(std::string(error.what()), message);
  }
}

TEST(Error, HasTheTypeOfWhatIsToBlame) {
  expect_thrown<BadUsage>([] { fail_usage("{}: '{}'", "a.toml:3", "x"); }, "a.toml:3: 'x'");
  expect_thrown<BadData>([] { fail_data("{}", 1); }, "1");
  expect_thrown<UnusableResults>([] { fail_results("full"); }, "full");
}

TEST(Error, KeepsItsTypeWhenACallerKnowsMore) {
  const auto tell = [](const Error& error) { error.raise_with(std::string("a.toml: ") + error.what()); };
  expect_thrown<BadUsage>([&] { tell(BadUsage("no layers")); }, "a.toml: no layers");
  expect_thrown<BadData>([&] { tell(BadData("cut short")); }, "a.toml: cut short");
  expect_thrown<UnusableResults>([&] { tell(UnusableResults("full")); }, "a.toml: full");
  expect_thrown<Resumable>([&] { tell(Resumable("stopped")); }, "a.toml: stopped");
}

TEST(Error, BrokenInvariantsAreNotTheUsersFault) {
  EXPECT_NO_THROW(require(true, "x"));
  EXPECT_THROW(require(false, "x"), std::logic_error);
}

}  // namespace error_test
}  // namespace ohmcarlo
