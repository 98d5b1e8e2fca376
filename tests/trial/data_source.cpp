#include "trial/data_source.hpp"

#include <set>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace data_source_test {

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

TEST(DataSource, SizesAreCheckedBeforeAnythingRuns) {
  const auto said = [](const std::string& text) {
    const Scratch folder;
    write_file(folder / "train-images-idx3-ubyte", bars(20));
    write_file(folder / "train-labels-idx1-ubyte", label_bytes(20));
    write_file(folder / "t10k-images-idx3-ubyte", bars(10));
    write_file(folder / "t10k-labels-idx1-ubyte", label_bytes(10));
    try {
      DataSource data(experiment_of("data.directory = \"" + folder.path().string() + "\"\n" + text));
      (void)data.hash_contents();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("good");
  };
  EXPECT_EQ(said("data.set = \"mnist\"\ndata.validation = 19\n"), "good");
  EXPECT_EQ(said("data.set = \"mnist\"\ndata.validation = 20\n"),
            "data.validation = 20: the training set has 20 images and at least one must be left to train on");
  EXPECT_EQ(said("data.set = \"idx\"\ndata.validation = 2\n"), "good");
  EXPECT_NE(said("data.set = \"idx\"\ndata.validation = 2\ndata.test_images = \"train-labels-idx1-ubyte\"\n")
                .find("train-labels-idx1-ubyte: its sizes are 20 (needed"),
            std::string::npos);
  EXPECT_NE(said("data.set = \"idx\"\ndata.validation = 2\ndata.test_labels = \"none\"\n").find("none: no such file"),
            std::string::npos);
}

TEST(ScalingOf, ImagesHaveWhatTheExperimentAsksFor) {
  SmallJob job("");
  const DataOptions data = job.experiment().points[0].data;
  EXPECT_EQ(scaling_of(data, *job.data().training(data), {{0, 1}, {}}), data.scaling);
}

}  // namespace data_source_test
}  // namespace ohmcarlo::test
