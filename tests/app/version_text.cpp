#include <gtest/gtest.h>

#include "app/command.hpp"

namespace ohmcarlo {
namespace version_text_test {

TEST(VersionText, NamesWhatNumbersDependOn) {
  const std::string text = version_text();
  for (const char* part : {"numerics 1", "results schema", "HDF5", "Boost", "CUDA"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
}

}  // namespace version_text_test
}  // namespace ohmcarlo
