#include "config/key_text.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "config/keys.hpp"

namespace ohmcarlo {
namespace key_text_test {

TEST(KeyText, HasTwoLinesAKey) {
  const std::string text = keys_as_text();
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), 2 * all_keys().size());
  EXPECT_NE(text.find("\ntraining.epochs  "), std::string::npos);
  EXPECT_NE(text.find("default 10; allowed: a whole number from 0 to 1000000\n"), std::string::npos);
}

TEST(KeyText, ThePageInTheSourceTreeIsThatOfTheProgram) {
  std::ifstream file(OHMCARLO_SOURCE_DIR "/src/config/KEYS.md", std::ios::binary);
  std::stringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), keys_as_markdown()) << "renew it: ohmcarlo check --keys --format markdown > src/config/KEYS.md";
}

}  // namespace key_text_test
}  // namespace ohmcarlo
