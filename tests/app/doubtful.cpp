#include "app/doubtful.hpp"

#include <gmock/gmock.h>

#include "experiment/refusal.hpp"

namespace ohmcarlo::test {
namespace doubtful_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> doubts(const std::string& lines) {
  return doubtful_settings(experiment_of("data.set = \"mnist\"\n" + lines));
}

TEST(DoubtfulSettings, ErrorsAboveFullScaleAreNamedByTheLargest) {
  EXPECT_THAT(doubts("hardware.variation.sigma = 1.0\n"), IsEmpty());
  EXPECT_THAT(doubts("[sweep]\n\"hardware.variation.sigma\" = [0.1, 5.0, 2.0]\n"),
              ElementsAre("hardware.variation.sigma = 5 makes errors of 500 % of a cell's full scale; 5 % are 0.05"));
  EXPECT_THAT(doubts("hardware.simulate = \"arrays\"\nhardware.variation.sigma = 10\n"),
              ElementsAre(HasSubstr("errors of 1000 %")));
}

// A factor exp(1.5 z) is no error of 150 % of full scale.
TEST(DoubtfulSettings, OtherLawsHaveOtherUnits) {
  EXPECT_THAT(doubts("hardware.simulate = \"arrays\"\nhardware.variation.model = \"lognormal\"\n"
                     "hardware.g_min = 1e-6\nhardware.g_max = 1e-4\n"
                     "hardware.variation.sigma = 1.5\n"),
              IsEmpty());
}

}  // namespace doubtful_test
}  // namespace ohmcarlo::test
