#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace plan_test {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

/// What `ohmcarlo plan` prints of a file with this text, on a small set of data.
std::string planned(const std::string& text, const Arguments& more = {}) {
  const Scratch folder;
  write_text(folder / "e.toml", "data.set = \"mnist\"\ndata.validation = 40\ndata.directory = \"" +
                                    write_small_set(folder.path()) + "\"\n" + text);
  Arguments arguments = {(folder / "e.toml").string(), "--out", (folder / "R.h5").string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const std::vector<std::string> before = folder.names();
  const std::string said = printed_by([&] { EXPECT_EQ(plan_command(arguments), 0); });
  EXPECT_EQ(folder.names(), before) << "nothing is written";
  return said;
}

TEST(Plan, SaysWhatAnExperimentTakes) {
  const std::string text = planned(
      "experiment.name = \"two\"\nnetwork.hidden = [8]\ntraining.epochs = 2\ntrials.count = 5\n[sweep]\n"
      "\"hardware.variation.sigma\" = [0.1, 0.2]\n",
      {"--ranks", "3", "--time-limit", "2h"});
  EXPECT_THAT(text, HasSubstr("two: 2 points, 1 replica\ntrainings: 1\n"));
  EXPECT_THAT(text, HasSubstr("chips: 10\n"));
  EXPECT_THAT(text, ContainsRegex("time: .* on 3 ranks\nmemory: .*\nresults file: .*\n"));
  EXPECT_THAT(text, ContainsRegex("OHMCARLO_TIME_LIMIT=115m sbatch --ntasks=3 --mem-per-cpu=[0-9]+M --time=02:00:00 "
                                  "slurm/run.sbatch .*e.toml\n"));
}

TEST(Plan, RefusesWhatARunRefuses) {
  EXPECT_THAT(refusal([] { (void)planned("trials.images = 51\n"); }), HasSubstr("the test set has 50"));
  EXPECT_THAT(refusal([] { (void)planned("", {"--ranks", "0"}); }), HasSubstr("--ranks 0: (allowed: 1 or more)"));
  EXPECT_THAT(refusal([] { plan_command({}); }), HasSubstr("EXPERIMENT is missing"));
}

}  // namespace plan_test
}  // namespace ohmcarlo::test
