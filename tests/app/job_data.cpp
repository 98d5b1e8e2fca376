#include "app/job_data.hpp"

#include <gmock/gmock.h>

#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace job_data_test {

using ::testing::HasSubstr;

/// Reads the data of an experiment with these lines.
std::map<std::string, std::string> read(const std::string& lines) {
  const Scratch folder;
  const Experiment experiment =
      experiment_of("data.set = \"mnist\"\ndata.directory = \"" + write_small_set(folder.path()) + "\"\n" + lines);
  DataSource data(experiment);
  return read_job_data(experiment, data);
}

TEST(JobData, ASplitOfAllImagesButOneIsRead) {
  EXPECT_EQ(read("data.validation = 199\n").size(), 1U);
  EXPECT_EQ(read("data.validation = 199\n"), read("data.validation = 10\n")) << "a split is none of the contents";
}

TEST(JobData, ASplitOfAllImagesIsRefused) {
  EXPECT_THAT(refusal([] { (void)read("data.validation = 200\n"); }), HasSubstr("data.validation = 200"));
  EXPECT_THAT(refusal([] { (void)read("[sweep]\n\"data.validation\" = [10, 300]\n"); }),
              HasSubstr("data.validation = 300"));
}

TEST(JobData, ASampleIsAtMostTheWholeTestSet) {
  EXPECT_EQ(read("data.validation = 40\ntrials.images = 50\n").size(), 1U);
  EXPECT_THAT(refusal([] { (void)read("data.validation = 40\ntrials.images = 51\n"); }),
              HasSubstr("'trials.images' is 51, but the test set has 50"));
}

}  // namespace job_data_test
}  // namespace ohmcarlo::test
