#include "config/training.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "config/reading.hpp"

namespace ohmcarlo {
namespace training_test {

TrainingOptions training_of(const std::string& table, bool begun = false) {
  Reading reading("[training]\n" + table);
  Reader tested(reading.settings);
  FileCache files;
  return read_training(reading.reader, tested, false, begun, files);
}

TEST(TrainingTable, EachKeyReachesItsField) {
  const TrainingOptions training = training_of(
      "epochs = 3\nbatch = 4\noptimizer = \"sgd\"\nlearning_rate = 0.5\nmomentum = 0.25\nweight_decay = 0.125\n"
      "schedule = \"step\"\nstep_epochs = 6\nstep_factor = 0.75\ncrop_padding = 2\nflip = true\nweight_bits = 5\n"
      "activation_bits = 7\nlogit_scale = 8\n");
  EXPECT_EQ(training.epochs, 3);
  EXPECT_EQ(training.batch, 4);
  EXPECT_EQ(training.optimizer, OptimizerKind::sgd);
  EXPECT_EQ(training.learning_rate, 0.5);
  EXPECT_EQ(training.momentum, 0.25);
  EXPECT_EQ(training.weight_decay, 0.125);
  EXPECT_EQ(training.schedule, ScheduleKind::step);
  EXPECT_EQ(training.step_epochs, 6);
  EXPECT_EQ(training.step_factor, 0.75);
  EXPECT_EQ(training.augmentation, (Augmentation{2, true}));
  EXPECT_EQ(training.weight_bits, 5);
  EXPECT_EQ(training.activation_bits, 7);
  EXPECT_EQ(training.logit_scale, 8);
}

TEST(TrainingTable, WithoutEpochsNeedsWeights) {
  EXPECT_EQ(training_of("epochs = 0\n", true).epochs, 0);
  EXPECT_EQ(bad_usage_of([] { (void)training_of("epochs = 0\n"); }).substr(0, 34),
            "a.toml:2: 'training.epochs' is 0, ");
}

TEST(TrainingTable, PlainEpochsComeBeforeThoseOfAnyMethodWithoutTrainedConverters) {
  for (const char* method : {"plain", "noise-injection", "ovf", "kurtosis", "kure"})
    EXPECT_EQ(training_of(fmt::format("method = \"{}\"\npretrain_epochs = 2\n", method)).pretrain_epochs, 2);
  EXPECT_THAT(bad_usage_of([] { (void)training_of("pretrain_epochs = 2\n", true); }),
              testing::HasSubstr("'training.pretrain_epochs': does not go with weights from a file"));
  EXPECT_THAT(bad_usage_of([] { (void)training_of("method = \"ste-adc\"\npretrain_epochs = 2\n"); }),
              testing::HasSubstr("'training.pretrain_epochs': does not go with method \"ste-adc\""));
}

TEST(TrainingTable, HasReplicas) {
  Reading none("data.set = \"mnist\"\n"), three("training.replicas = 3\n");
  EXPECT_EQ(read_replicas(none.reader), 1U);
  EXPECT_EQ(read_replicas(three.reader), 3U);
}

}  // namespace training_test
}  // namespace ohmcarlo
