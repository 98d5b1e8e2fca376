#include "trial/data_source.hpp"

#include <set>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace {

TEST(DataSource, ReadsASetOnceAndHashesItsContent) {
  SmallJob job("");
  const DataOptions data = job.experiment().points[0].data;
  const std::shared_ptr<const SampleSet> training = job.data().training(data);
  EXPECT_EQ(training->count(), 200U);
  EXPECT_EQ(job.data().training(data), training);
  const std::shared_ptr<const EvaluationSet> test = job.data().test(data, {});
  EXPECT_EQ(test->images(), 50);
  EXPECT_EQ(job.data().test(data, {}), test);
  EXPECT_NE(job.data().test(data, {{0.5F}, {0.25F}}), test) << "another scaling";
  EXPECT_EQ(SmallJob("").hashes(), job.hashes()) << "other files with the same content";
}

TEST(DataSource, HoldsOutAsManyAsAskedForAndOthersForAnotherSeed) {
  SmallJob job("");
  const DataOptions data = job.experiment().points[0].data;
  const Split split = job.data().split_training(data, 5);
  EXPECT_EQ(split.validation.size(), 40U);
  EXPECT_EQ(split.training.size(), 160U);
  std::set<std::uint32_t> all(split.training.begin(), split.training.end());
  all.insert(split.validation.begin(), split.validation.end());
  EXPECT_EQ(all.size(), 200U) << "every sample is on one side";
  EXPECT_EQ(job.data().split_training(data, 5).validation, split.validation);
  EXPECT_NE(job.data().split_training(data, 6).validation, split.validation);
}

TEST(DataSource, ASplitThatLeavesNothingIsRefusedBeforeAnythingRuns) {
  const std::string message = error_of([] { SmallJob job("data.validation = 200\n"); }, typeid(BadUsage));
  EXPECT_NE(message.find("200"), std::string::npos) << message;
}

TEST(ScalingOf, ImagesHaveWhatTheExperimentAsksFor) {
  SmallJob job("");
  const DataOptions data = job.experiment().points[0].data;
  EXPECT_EQ(scaling_of(data, *job.data().training(data), {{0, 1}, {}}), data.scaling);
}

}  // namespace
}  // namespace ohmcarlo::test
