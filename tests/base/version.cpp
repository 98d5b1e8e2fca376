#include "base/version.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace version_test {

TEST(Version, IsKnown) {
  EXPECT_EQ(std::string(version()).find_first_not_of("0123456789."), std::string::npos);
  EXPECT_FALSE(std::string(git_commit()).empty());
}

}  // namespace version_test
}  // namespace ohmcarlo
