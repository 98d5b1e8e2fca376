#include <fstream>

#include <gmock/gmock.h>

#include "app/command.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace tail_trial_test {

TEST(TailTrial, OtherFilesAreRefused) {
  const test::Scratch folder;
  std::ofstream(folder / "R.h5") << "something else";
  const std::string file = (folder / "R.h5").string();
  EXPECT_THAT(test::error_of(
                  [&] {
                    (void)trial_command({file, "--rank", "1"});
                  },
                  typeid(UnusableResults)),
              ::testing::HasSubstr("not a file of ohmcarlo tail"));
}

}  // namespace tail_trial_test
}  // namespace ohmcarlo
