#include "app/run_options.hpp"

#include <gmock/gmock.h>

#include "scratch.hpp"

namespace ohmcarlo {
namespace run_options_test {

std::string refused_line(const Arguments& arguments) {
  return test::error_of([&] { (void)parse_run_options(arguments); }, typeid(BadUsage));
}

TEST(RunOptions, AreThoseOfTheCommandLine) {
  const auto options = parse_run_options({"a.toml", "--out", "r.h5", "--set", "experiment.seed=5", "--set",
                                          "trials.count=7", "--resume", "--time-limit", "2m", "--shard", "2/3",
                                          "--wait-for-lock", "15m", "--accept-changes", "--device", "cuda:2"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->experiment, "a.toml");
  EXPECT_EQ(options->out, "r.h5");
  EXPECT_EQ(options->overrides.size(), 2U);
  EXPECT_EQ(options->if_exists, IfExists::resume);
  EXPECT_EQ(options->time_limit, 120);
  EXPECT_EQ(options->wait_for_lock, 900);
  EXPECT_TRUE(options->accept_changes);
  EXPECT_EQ(options->shard.index, 2U);
  EXPECT_EQ(options->shard.count, 3U);
  EXPECT_EQ(options->device.type, "cuda");
  EXPECT_EQ(options->device.number, 2);
  EXPECT_FALSE(options->device.mixed);
}

TEST(RunOptions, AreModestByThemselves) {
  const auto options = parse_run_options({"a.toml", "-o", "r.h5"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->if_exists, IfExists::refuse);
  EXPECT_EQ(options->time_limit, 0);
  EXPECT_EQ(options->wait_for_lock, 0);
  EXPECT_FALSE(options->accept_changes);
  EXPECT_EQ(options->shard.index, 1U);
  EXPECT_EQ(options->shard.count, 1U);
  EXPECT_EQ(options->device.type, "cpu");
}

TEST(RunOptions, MixADeviceWithTheProcessor) {
  for (const char* device : {"cuda", "cuda:1", "auto", "twin"})
    EXPECT_TRUE(parse_run_options({"a.toml", "-o", "r.h5", "--device", device, "--mixed"})->device.mixed);
  for (const Arguments& device : {Arguments{}, {"--device", "cpu"}}) {
    Arguments arguments{"a.toml", "-o", "r.h5", "--mixed"};
    arguments.insert(arguments.end(), device.begin(), device.end());
    EXPECT_EQ(refused_line(arguments),
              "--mixed: there is no device that ranks could do without (allowed: with --device cuda or auto)");
  }
}

TEST(RunOptions, AreRefusedWithAReason) {
  using testing::HasSubstr;
  EXPECT_THAT(refused_line({"a.toml"}), HasSubstr("--out is missing"));
  EXPECT_THAT(refused_line({"--out", "r.h5"}), HasSubstr("EXPERIMENT is missing"));
  EXPECT_THAT(refused_line({"a.toml", "--out", ""}), HasSubstr("--out is missing"));
  EXPECT_THAT(refused_line({"a.toml", "--out", "r.h5", "--resume", "--overwrite"}), HasSubstr("exclude each other"));
  EXPECT_TRUE(parse_run_options({"a.toml", "--out", "r.h5", "--shard", "trials:2/3"})->shard.of_trials);
  EXPECT_THAT(refused_line({"a.toml", "--out", "r.h5", "--wait-for-lock", "soon"}),
              HasSubstr("--wait-for-lock soon: not a duration (allowed: like 3h55m"));
  for (const char* shard :
       {"0/3", "4/3", "1", "1/", "/3", "a/b", "1/-3", "1/9999999999", "1/3/5", "trials:0/2", "trials:", "points:1/2"})
    EXPECT_THAT(refused_line({"a.toml", "--out", "r.h5", "--shard", shard}), HasSubstr("i/n")) << shard;
}

}  // namespace run_options_test
}  // namespace ohmcarlo
