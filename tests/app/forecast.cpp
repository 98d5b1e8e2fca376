#include "app/forecast.hpp"

#include <gmock/gmock.h>

namespace ohmcarlo {
namespace forecast_test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Ten trainings of 6 s; 100 to 300 chips of 2 s, which share 5 preparations of 4 s.
Forecast some_job(int ranks) {
  Forecast job;
  job.trainings = {{.label = "method plain", .times = 10, .most_times = 10, .seconds = 6}};
  job.chips = {
      {.label = "sigma 0.1", .times = 100, .most_times = 300, .seconds = 2, .preparations = 5, .preparation = 4}};
  job.start_seconds = 3;
  job.ranks = ranks;
  return job;
}

TEST(Forecast, CoreSecondsAreThoseOfAllWork) {
  EXPECT_DOUBLE_EQ(some_job(1).core_seconds(false), 60 + 200 + 20);
  EXPECT_DOUBLE_EQ(some_job(7).core_seconds(true), 60 + 600 + 20);
}

TEST(Forecast, RanksShareTheWorkButNoTraining) {
  EXPECT_DOUBLE_EQ(some_job(1).wall_seconds(false), 3 + 280);
  EXPECT_DOUBLE_EQ(some_job(4).wall_seconds(false), 3 + 70);
  EXPECT_DOUBLE_EQ(some_job(1000).wall_seconds(false), 3 + 6 + 6) << "a training, a preparation and a chip";
}

TEST(Forecast, WhatNobodyHasTimedTakesWhatItsCostSays) {
  std::vector<WorkKind> kinds = {{.cost = 2, .seconds = 3}, {.cost = 4, .seconds = 9}, {.cost = 10}};
  fill_untimed(kinds);
  EXPECT_DOUBLE_EQ(*kinds[0].seconds, 3);
  EXPECT_DOUBLE_EQ(*kinds[2].seconds, 20) << "12 s for a cost of 6";
  kinds = {{.cost = 2}};
  fill_untimed(kinds);
  EXPECT_FALSE(kinds[0].seconds.has_value());
}

TEST(Forecast, BytesAreDecimal) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1000), "1 kB");
  EXPECT_EQ(format_bytes(3140000), "3.1 MB");
  EXPECT_EQ(format_bytes(312'000'000'000), "312 GB");
}

TEST(Forecast, ALineSubmitsIt) {
  Space space;
  space.rank = 1'000'000'000;
  space.first_rank = 400'000'000;
  EXPECT_EQ(submit_line("e.toml", some_job(4), space, 4 * 3600.0),
            "OHMCARLO_TIME_LIMIT=235m sbatch --ntasks=4 --mem-per-cpu=1700M --time=04:00:00 slurm/run.sbatch e.toml");
  // 1.5 (3 + 680) s and 10 minutes
  EXPECT_THAT(submit_line("e.toml", some_job(1), space, std::nullopt),
              HasSubstr("OHMCARLO_TIME_LIMIT=22m sbatch --ntasks=1 --mem-per-cpu=2100M --time=00:28:00 "));
}

TEST(Forecast, FewerImagesAreSuggestedForLongChipsAlone) {
  WorkKind chips{.seconds = 10.1, .images = 10000, .image = 1e-3, .programming = 0.1};
  EXPECT_EQ(suggest_images(chips),
            "a chip takes 10.1 s, most of it for its 10000 test images; trials.images = 200 takes 300 ms");
  chips.programming = 0.45;
  EXPECT_THAT(suggest_images(chips), HasSubstr("trials.images = 500 takes 950 ms"));
  chips.seconds = 0.9;
  EXPECT_THAT(suggest_images(chips), IsEmpty());
  chips.seconds = 10;
  chips.programming = 9;
  EXPECT_THAT(suggest_images(chips), IsEmpty()) << "nearly all of it is programming";
  chips = {.seconds = 10};
  EXPECT_THAT(suggest_images(chips), IsEmpty()) << "its images are not to be chosen";
}

TEST(Forecast, SaysAllKinds) {
  const std::string text = format_forecast(some_job(2));
  EXPECT_THAT(text, HasSubstr("trainings: 10\n        10 x 6 s        like method plain\n"));
  EXPECT_THAT(text, HasSubstr("chips: 100 to 300\n       300 x 2 s        like sigma 0.1\n"));
  EXPECT_THAT(text, HasSubstr("time: 4 min 40 s to 11 min 20 s of one core, 2 min 23 s to 5 min 43 s on 2 ranks\n"));
}

TEST(Forecast, SaysWhatThereIsNoRoomFor) {
  Space space{.rank = 2'000'000, .first_rank = 1000, .results = 3'000'000, .models = 500'000, .free = 10'000'000};
  const std::string text = format_space(space);
  EXPECT_THAT(text, HasSubstr("memory: 2 MB a rank, and 1 kB more on the first\n"));
  EXPECT_THAT(text, HasSubstr("results file: at most 3 MB,"));
  EXPECT_THAT(text, Not(HasSubstr("warning")));
  space.free = 9'000'000;
  EXPECT_THAT(format_space(space), HasSubstr("warning: that is more than there is room for\n"));
}

}  // namespace forecast_test
}  // namespace ohmcarlo
