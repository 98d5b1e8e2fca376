#include "app/job.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "experiment/refusal.hpp"
#include "schedule/worker.hpp"
#include "scratch.hpp"
#include "storage/results_file.hpp"
#include "trial/messages.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo::test {
namespace {

/// A job of two points, three chips each, whose tasks only make up numbers: chip t has the accuracy (t + 1) / 8.
class MadeUpJob {
 public:
  MadeUpJob() {
    options_.out = folder_ / "r.h5";
    tasks.train = [&](std::uint32_t model, const Poll&, const Say&) {
      ModelRecord record;
      record.id = plan_.models[model].id;
      record.method = "plain";
      record.epoch = 1;
      record.clean_accuracy = 0.75;
      return pack(record);
    };
    tasks.evaluate = [&](std::uint32_t lot, std::uint32_t unit, const Poll&) {
      std::vector<ChipResult> chips;
      const std::uint32_t size = plan_.evaluations[lot].unit_chips;
      for (std::uint32_t i = 0; i < size; ++i)
        chips.push_back({{static_cast<double>(unit * size + i + 1) / 8, 1, 1, 1}, false});
      return pack(chips);
    };
  }

  ExitCode run() {
    Session session(options_.out, options_.if_exists, experiment_, metrics_, {{experiment_.points[0].data.name, "1"}},
                    10, {});
    const ModelStore store(folder_ / "models");
    const Clock clock = steady_clock();
    LocalLine line;
    int left_with = -1;
    std::thread worker([&] { left_with = run_worker(line, tasks, clock); });
    Communicator alone(0, nullptr);
    const ExitCode code = Job(options_, experiment_, metrics_, plan_, session, store, clock).run(alone, line, clock());
    worker.join();
    EXPECT_EQ(left_with, static_cast<int>(code)) << "workers leave with the status of the job";
    return code;
  }

  [[nodiscard]] Results results() const { return load_results(options_.out); }
  void resume() { options_.if_exists = IfExists::resume; }

  Tasks tasks;

 private:
  Scratch folder_;
  RunOptions options_;
  Experiment experiment_ = experiment_of(
      "data.set = \"mnist\"\nnetwork.hidden = [1]\ntrials.count = 3\n[sweep]\n\"hardware.variation.sigma\" = [0.1, "
      "0.2]\n");
  std::vector<Metric> metrics_ = metrics_of(experiment_);
  Plan plan_ = make_plan(experiment_, {{experiment_.points[0].data.name, "hash"}}, {});
};

TEST(Job, EntersEveryChipWhereItBelongs) {
  MadeUpJob job;
  EXPECT_EQ(job.run(), ExitCode::done);
  const Results results = job.results();
  EXPECT_EQ(results.status, RunStatus::complete);
  ASSERT_EQ(results.models.size(), 1U);
  EXPECT_EQ(results.table.values[kAccuracy], (std::vector<double>{0.125, 0.25, 0.375, 0.125, 0.25, 0.375}));
  EXPECT_EQ(results.table.clean_accuracy, (std::vector<double>{0.75, 0.75}));
  ASSERT_EQ(results.runs.size(), 1U);
  EXPECT_THAT(results.runs[0], testing::Contains(std::pair<std::string, std::string>("exit_status", "0")));
}

TEST(Job, AFailedTaskEndsItWithTheStatusOfItsErrorAndKeepsWhatWasFinished) {
  MadeUpJob job;
  const auto evaluate = job.tasks.evaluate;
  job.tasks.evaluate = [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
    if (lot == 1) fail_data("images.gz: cut short");
    return evaluate(lot, unit, poll);
  };
  EXPECT_EQ(job.run(), ExitCode::bad_data);
  EXPECT_EQ(job.results().status, RunStatus::interrupted);
  job.tasks.evaluate = evaluate;
  job.resume();
  EXPECT_EQ(job.run(), ExitCode::done);
  EXPECT_EQ(job.results().status, RunStatus::complete);
  EXPECT_EQ(job.results().runs.size(), 2U);
}

TEST(Job, OtherExceptionsAreFailures) {
  MadeUpJob job;
  job.tasks.train = [](std::uint32_t, const Poll&, const Say&) -> std::string {
    throw std::runtime_error("weights are not finite");
  };
  EXPECT_EQ(job.run(), ExitCode::failed);
}

}  // namespace
}  // namespace ohmcarlo::test
