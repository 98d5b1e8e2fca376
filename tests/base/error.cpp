#include "base/error.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/version.hpp"

namespace ohmcarlo {
namespace {

template <class Throws>
std::pair<int, std::string> caught(Throws&& throws) {
  try {
    throws();
  } catch (const Error& error) {
    return {static_cast<int>(error.code()), error.what()};
  }
  return {-1, "nothing was thrown"};
}

TEST(Error, CarriesItsExitStatusAndText) {
  EXPECT_EQ(caught([] { fail_usage("{}: '{}'", "a.toml:3", "x"); }), (std::pair<int, std::string>{2, "a.toml:3: 'x'"}));
  EXPECT_EQ(caught([] { fail_data("{}", 1); }), (std::pair<int, std::string>{3, "1"}));
  EXPECT_EQ(caught([] { fail_results("full"); }), (std::pair<int, std::string>{4, "full"}));
}

TEST(Error, BrokenInvariantsAreNotTheUsersFault) {
  EXPECT_NO_THROW(require(true, "x"));
  EXPECT_THROW(require(false, "x"), std::logic_error);
}

TEST(Clock, NeverGoesBack) {
  const Clock clock = steady_clock();
  double last = clock();
  for (int i = 0; i < 1000; ++i) {
    const double now = clock();
    EXPECT_GE(now, last);
    last = now;
  }
}

TEST(Version, IsKnown) {
  EXPECT_EQ(std::string(version()).find_first_not_of("0123456789."), std::string::npos);
  EXPECT_FALSE(std::string(git_commit()).empty());
}

}  // namespace
}  // namespace ohmcarlo
