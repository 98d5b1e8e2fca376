#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "experiment/refusal.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// What `ohmcarlo check` prints of a file with this text.
std::string checked(const std::string& text, const Arguments& more = {}) {
  const test::Scratch folder;
  test::write_text(folder / "e.toml", text);
  Arguments arguments = {(folder / "e.toml").string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return test::printed_by([&] { EXPECT_EQ(check_command(arguments), 0); });
}

const std::string kTwoByThree =
    "experiment.name = \"six\"\ndata.set = \"mnist\"\ntraining.replicas = 2\ntrials.count = 5\n[sweep]\n"
    "\"training.method\" = [\"plain\", \"noise-injection\"]\n\"hardware.variation.sigma\" = [0.1, 0.2, 0.3]\n";

// Two by three points. Plain training is one for all sigmas, with noise it is one for each, and each twice; six points
// by two replicas by five chips.
TEST(Check, CountsTrainingsAndChips) {
  const std::string text = checked(kTwoByThree);
  EXPECT_THAT(text, HasSubstr("six: 6 points, 2 replicas, 5 chips each\n"));
  EXPECT_THAT(text, HasSubstr("8 trainings and 60 chips to evaluate (60 cells in the results)\n"));
  EXPECT_THAT(text, HasSubstr("chips are the same at every point\n"));
  EXPECT_THAT(text, HasSubstr("method noise-injection, sigma 0.3: "));
}

TEST(Check, OverridesCount) {
  const std::string text = checked(kTwoByThree, {"--set", "hardware.variation.sigma=0.1", "--set",
                                                 "training.replicas=1", "--set", "trials.common_random_numbers=false"});
  EXPECT_THAT(text, HasSubstr("2 points, 1 replica, 5 chips each\n"));
  EXPECT_THAT(text, HasSubstr("2 trainings and 10 chips"));
  EXPECT_THAT(text, HasSubstr("chips are drawn anew at every point\n"));
}

// 784 * 100 + 100 and 100 * 10 + 10 parameters.
TEST(Check, ShowsEveryLayerOfTheNetwork) {
  const std::string text = checked("data.set = \"mnist\"\n");
  EXPECT_THAT(text, ContainsRegex("dense1 +784 +100 +78500 +78400\n"));
  EXPECT_THAT(text, ContainsRegex("dense2 +100 +10 +1010 +1000\n"));
  EXPECT_THAT(text, ContainsRegex("in all +784 +10 +79510 +79400\n"));
  EXPECT_THAT(text, Not(HasSubstr("arrays")));
}

// The sd of a weight on two cells of 2 bits, which count 1 and 4: sigma * 3 * sqrt(17) / 15.
TEST(Check, SaysWhatNoiseWeightsHave) {
  EXPECT_THAT(checked("data.set = \"mnist\"\nhardware.weight_bits = 4\nhardware.cell_bits = 2\n"
                      "hardware.variation.sigma = 0.125\n"),
              HasSubstr("the only point: one Gaussian a weight for 2 cells; sd 0.103078 max|W|, once a chip\n"));
}

TEST(Check, ListsTheKeys) {
  EXPECT_THAT(test::printed_by([&] { EXPECT_EQ(check_command({"--keys"}), 0); }),
              HasSubstr("hardware.variation.sigma"));
  EXPECT_EQ(refusal([] {
              check_command({"--keys", "--format", "xml"});
            }),
            "--format xml: unknown (allowed: text, markdown, json-schema)");
}

TEST(Check, RefusesWhatCannotBeRun) {
  EXPECT_THAT(refusal([] { (void)checked("data.set = \"mnist\"\ntraining.momentum = 0.5\n"); }),
              HasSubstr("e.toml:2: no point of this experiment reads 'training.momentum'"));
  EXPECT_THAT(refusal([] { check_command({}); }), HasSubstr("EXPERIMENT is missing"));
}

}  // namespace
}  // namespace ohmcarlo
