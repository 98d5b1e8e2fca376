#include "trial/training_log.hpp"

#include <gmock/gmock.h>

#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace training_log_test {

using ::testing::ElementsAre;

TEST(TrainingLog, IsDueAfterSoManySecondsSinceItLastKept) {
  double now = 100;
  const Clock clock = [&] { return now; };
  MemoryModels models;
  const ModelTask task{0, 0, "a = 1\n", "id"};
  const Say say;
  TrainingLog log(task, 5, models, clock, 30, say);
  EXPECT_FALSE(log.due());
  now = 129;
  EXPECT_FALSE(log.due());
  now = 130;
  EXPECT_TRUE(log.due());
  log.keep({});
  EXPECT_FALSE(log.due());
  EXPECT_EQ(models.progress.count("id"), 1U);
  now = 160;
  EXPECT_TRUE(log.due());
}

TEST(TrainingLog, SpeaksAtTheEndOfEpochsButNotTooOften) {
  double now = 0;
  const Clock clock = [&] { return now; };
  MemoryModels models;
  const ModelTask task{0, 0, "", "0123"};
  std::vector<std::string> said;
  const Say say = [&](const std::string& line) { said.push_back(line); };
  TrainingLog log(task, 7, models, clock, 30, say);
  for (int epoch = 1; epoch <= 7; ++epoch) {
    now += 4;
    log.on_epoch(epoch, {0.25, 0.5});
  }
  EXPECT_THAT(said, ElementsAre("model 0123: epoch 3 of 7, loss 0.2500, validation 50.00 %",
                                "model 0123: epoch 6 of 7, loss 0.2500, validation 50.00 %"));
  const Say nobody;
  TrainingLog silent(task, 7, models, clock, 30, nobody);
  now += 100;
  silent.on_epoch(1, {0.25, 0.5});
  EXPECT_EQ(said.size(), 2U);
}

}  // namespace training_log_test
}  // namespace ohmcarlo::test
