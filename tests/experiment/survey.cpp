#include "experiment/survey.hpp"

#include "experiment/experiment.hpp"
#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace survey_test {

using ::testing::ElementsAre;

const std::string kMnist = "data.set = \"mnist\"\n";

TEST(Survey, PointsShareModelsAndChipsByWhatTheyRead) {
  const Experiment experiment = experiment_of(
      kMnist +
      "[sweep]\n\"training.method\" = [\"plain\", \"noise-injection\"]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n"
      "\"training.noise_sigma\" = [\"tested\", 0.2]\n");
  // Plain; then noise 0.1, 0.2, 0.2, 0.2.
  EXPECT_THAT(experiment.survey->training, ElementsAre(0, 0, 0, 0, 1, 2, 2, 2));
  EXPECT_THAT(experiment.survey->training_points, ElementsAre(0, 4, 5));
  EXPECT_THAT(experiment.survey->evaluation, ElementsAre(0, 0, 1, 1, 0, 0, 1, 1));
}

// Plain training reads neither sigma; with noise the tested sigma matters where it is the noise, too.
TEST(Survey, AxesOfTrainingAreThoseThatChangeTheModel) {
  const Experiment experiment = experiment_of(
      kMnist +
      "[sweep]\n\"training.method\" = [\"plain\", \"noise-injection\"]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n"
      "\"training.noise_sigma\" = [\"tested\", 0.3]\n");
  const auto axes = [&](std::size_t point) { return axes_of_training(*experiment.survey, experiment.shape, point); };
  EXPECT_THAT(axes(0), ElementsAre(true, false, false));
  EXPECT_THAT(axes(4), ElementsAre(true, true, true));
  EXPECT_THAT(axes(5), ElementsAre(true, false, true));
}

TEST(Survey, PointsWithRandomNumbersOfTheirOwnShareNoChips) {
  const Experiment experiment =
      experiment_of(kMnist +
                    "trials.common_random_numbers = false\n[sweep]\n\"training.noise_sigma\" = [0.1, 0.2]\n"
                    "\"training.method\" = [\"plain\", \"noise-injection\"]\n");
  EXPECT_THAT(experiment.survey->evaluation, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(experiment.survey->training, ElementsAre(0, 1, 0, 2));
}

TEST(Survey, KindsAreToldApartByWhatIsReadAndByWords) {
  EXPECT_THAT(
      experiment_of(kMnist + "[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n\"training.epochs\" = [1, 2]\n")
          .kinds(),
      ElementsAre(0));
  EXPECT_THAT(experiment_of(kMnist + "[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n\"training.method\" = "
                                     "[\"plain\", \"noise-injection\"]\n")
                  .kinds(),
              ElementsAre(0, 1));
  EXPECT_THAT(
      experiment_of(kMnist + "[sweep]\n\"network.hidden\" = [[5], [6]]\n\"data.validation\" = [50, 60]\n").kinds(),
      ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(experiment_of(kMnist + "[sweep]\n\"hardware.simulate\" = [\"weights\", \"arrays\"]\n").kinds(),
              ElementsAre(0, 1));
}

}  // namespace survey_test
}  // namespace ohmcarlo
