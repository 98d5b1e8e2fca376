#include "app/job.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

#include <gmock/gmock.h>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "experiment/refusal.hpp"
#include "experiment/sampling.hpp"
#include "schedule/worker.hpp"
#include "scratch.hpp"
#include "storage/results_file.hpp"
#include "trial/messages.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo::test {
namespace job_test {

constexpr const char* kTwoPoints =
    "data.set = \"mnist\"\nnetwork.hidden = [1]\ntrials.count = 3\n[sweep]\n\"hardware.variation.sigma\" = [0.1, "
    "0.2]\n";

/// A job of two points, three chips each, whose tasks only make up numbers: chip t has the accuracy (t + 1) / 8.
class MadeUpJob {
 public:
  explicit MadeUpJob(const std::string& text = kTwoPoints) : experiment_(experiment_of(text)) {
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
      UnitPart part{lot, unit, 0, size};
      for (const UnitPart& each : parts)
        if (each.evaluation == lot && each.unit == unit) part = each;
      chips.resize(size);
      for (std::uint32_t i = part.first; i < part.end; ++i)
        chips[i] = {{static_cast<double>(unit * size + i + 1) / 8, 1, 1, 1}, false};
      return pack(chips);
    };
    tasks.learn = [&](const std::string& brief) { parts = unpack_bytes<Lesson>(brief).parts; };
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
    const ExitCode code =
        Job(options_, experiment_, metrics_, plan_, whole_, session, store, clock).run(alone, line, clock());
    worker.join();
    EXPECT_EQ(left_with, static_cast<int>(code)) << "workers leave with the status of the job";
    return code;
  }

  [[nodiscard]] Results results() const { return load_results(options_.out); }
  void resume() { options_.if_exists = IfExists::resume; }
  void ask_for(const std::string& text) {
    experiment_ = experiment_of(text);
    plan_ = whole_ = plan_of({});
  }
  void take_part(const Shard& shard) { plan_ = plan_of(shard); }
  /// Puts all models of the plan into the store, as if they had been trained before. Returns how many.
  std::size_t train_beforehand() {
    const ModelStore store(folder_ / "models");
    for (const ModelTask& task : plan_.models) {
      StoredModel model;
      model.record.id = task.id;
      model.record.identity = task.identity;
      model.record.method = "plain";
      model.record.replica = static_cast<std::int64_t>(task.replica);
      model.record.epoch = 1;
      model.record.clean_accuracy = 0.75;
      model.training_loss = model.validation_accuracy = {0.5};
      store.save(model);
    }
    return plan_.models.size();
  }

  Tasks tasks;
  std::vector<UnitPart> parts;  ///< that the worker was told of last

 private:
  Scratch folder_;
  RunOptions options_;
  Experiment experiment_;
  std::vector<Metric> metrics_ = metrics_of(experiment_);
  Plan plan_of(const Shard& shard) {
    return make_plan(experiment_, {{experiment_.points[0].data.name, "hash"}}, shard);
  }
  Plan whole_ = plan_of({});
  Plan plan_ = whole_;
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

// Three chips of a group of eight at either point, then five: the worker makes the two that are new, and the file keeps
// the others, which nobody makes again.
TEST(Job, AsksForTheChipsOfAGroupThatAreMissing) {
  const auto told = [](const MadeUpJob& job) {
    std::vector<std::array<std::uint32_t, 4>> all;
    for (const UnitPart& part : job.parts) all.push_back({part.evaluation, part.unit, part.first, part.end});
    return all;
  };
  MadeUpJob job;
  EXPECT_EQ(job.run(), ExitCode::done);
  EXPECT_EQ(told(job), (std::vector<std::array<std::uint32_t, 4>>{{0, 0, 0, 3}, {1, 0, 0, 3}}));
  std::string more = kTwoPoints;
  more.replace(more.find("count = 3"), 9, "count = 5");
  job.ask_for(more);
  job.resume();
  EXPECT_EQ(job.run(), ExitCode::done);
  EXPECT_EQ(told(job), (std::vector<std::array<std::uint32_t, 4>>{{0, 0, 3, 5}, {1, 0, 3, 5}}));
  EXPECT_EQ(job.results().table.values[kAccuracy],
            (std::vector<double>{0.125, 0.25, 0.375, 0.5, 0.625, 0.125, 0.25, 0.375, 0.5, 0.625}));
}

// Two values that are the same on every chip: over at the first look, at 5 of 9 trainings. Networks that are in the
// store enter the file no sooner than trainings do.
TEST(Job, EntersNetworksThatALookAskedForAlone) {
  const std::string race =
      "data.set = \"mnist\"\nnetwork.hidden = [1]\ntraining.replicas = 9\n"
      "trials.race = { axis = \"training.epochs\", metric = \"loss\", chips = 8 }\n"
      "[sweep]\n\"training.epochs\" = [1, 2]\n";
  for (const bool beforehand : {true, false}) {
    MadeUpJob job(race);
    if (beforehand) {
      EXPECT_EQ(job.train_beforehand(), 18U);
      job.tasks.train = [](std::uint32_t, const Poll&, const Say&) -> std::string {
        throw std::logic_error("nothing is left to train");
      };
    }
    EXPECT_EQ(job.run(), ExitCode::done);
    const Results results = job.results();
    EXPECT_EQ(results.status, RunStatus::complete);
    EXPECT_EQ(results.models.size(), 2 * 5U);
    EXPECT_EQ(std::ranges::count(results.table.clean_accuracy, 0.75), 2 * 5);
    EXPECT_EQ(std::ranges::count(results.table.state, CellState::done), 2 * 5 * 8);
  }
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

TEST(Job, AFinishedShardIsAPartUntilTheOtherOneIsThere) {
  for (const bool of_trials : {false, true}) {
    MadeUpJob job;
    job.take_part({1, 2, of_trials});
    EXPECT_EQ(job.run(), ExitCode::done);
    // Three chips are one unit, which is the first shard's.
    EXPECT_EQ(job.results().status, of_trials ? RunStatus::complete : RunStatus::part);
    job.resume();
    job.take_part({2, 2, of_trials});
    EXPECT_EQ(job.run(), ExitCode::done);
    EXPECT_EQ(job.results().status, RunStatus::complete);
  }
}

TEST(Job, OtherExceptionsAreFailures) {
  MadeUpJob job;
  job.tasks.train = [](std::uint32_t, const Poll&, const Say&) -> std::string {
    throw std::runtime_error("weights are not finite");
  };
  EXPECT_EQ(job.run(), ExitCode::failed);
}

// ---- Chips that see samples of the test images.

/// A job of two points and two trainings whose tasks make numbers up, but from what they have learned. Every unit of
/// work has a number, in the order in which it is done.
class SampledJob {
 public:
  explicit SampledJob(const std::vector<std::string>& sets = {}) { ask_for(sets); }

  /// The experiment from now on.
  void ask_for(const std::vector<std::string>& sets) {
    experiment_.emplace(
        experiment_of("data.set = \"mnist\"\nnetwork.hidden = [1]\ntrials.count = 40\ntraining.replicas = 2\n"
                      "trials.images = \"two-stage\"\n[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n",
                      sets));
    plan_.emplace(make_plan(*experiment_, {{"mnist", "hash"}}, {}));
  }

  /// Fails at unit of work number `end`, counted over all runs.
  ExitCode run(int end = 1000000) {
    const Tasks tasks{[&](std::uint32_t model, const Poll&, const Say&) {
                        ++trainings;
                        ModelRecord record;
                        record.id = plan_->models[model].id;
                        record.method = "plain";
                        record.epoch = 1;
                        record.clean_accuracy = 0.75;
                        return pack(record);
                      },
                      [&, end](std::uint32_t lot, std::uint32_t unit, const Poll&) {
                        if (done_ == end) fail_data("enough");
                        ++done_;
                        return lesson_.stage == Lesson::Stage::ranks_images ? rank(lot) : evaluate(lot, unit);
                      },
                      [&](const std::string& brief) { lesson_ = unpack_bytes<Lesson>(brief); }};
    RunOptions options;
    options.out = folder_ / "r.h5";
    options.if_exists = IfExists::resume;
    lesson_ = {};
    Session session(options.out, options.if_exists, *experiment_, metrics_of(*experiment_), {{"mnist", "1"}}, 10, {});
    const ModelStore store(folder_ / "models");
    const Clock clock = steady_clock();
    const std::vector<Metric> metrics = metrics_of(*experiment_);
    LocalLine line;
    std::thread worker([&] { (void)run_worker(line, tasks, clock); });
    Communicator alone(0, nullptr);
    const ExitCode code =
        Job(options, *experiment_, metrics, *plan_, *plan_, session, store, clock).run(alone, line, clock());
    worker.join();
    return code;
  }

  [[nodiscard]] Results results() const { return load_results(folder_ / "r.h5"); }
  [[nodiscard]] int done() const { return done_; }
  int trainings = 0;
  /// What was done: 'r' ranks, 'p' a unit of the pilot, 'c' another unit.
  std::string log;

 private:
  std::string rank(std::uint32_t lot) {
    log += 'r';
    EXPECT_EQ(plan_->models[lot].replica, 0U);
    ImageHardness hardness{.labels = {}, .classes = 2, .ranks = {}};
    for (int i = 0; i < 2000; ++i) {
      hardness.labels.push_back(static_cast<Label>(i % 2));
      hardness.ranks.push_back(i / 2);
    }
    return pack_bytes(hardness);
  }
  std::string evaluate(std::uint32_t lot, std::uint32_t unit) {
    const Sampling& sampling = lesson_.sampling;
    const EvaluationTask task = plan_->evaluations[lot];
    log += sampling.is_decided() ? 'c' : 'p';
    std::vector<ChipResult> chips(task.unit_chips);
    for (std::uint32_t i = 0; i < task.unit_chips; ++i) {
      const std::uint32_t trial = unit * task.unit_chips + i;
      chips[i].values.assign(values_per_chip(metrics_of(*experiment_)), 0);
      const double right = 0.5 + 0.05 * ((trial + 3 * lot) % 5);
      chips[i].values[kAccuracy] = right;
      chips[i].values[4] = count_images(sampling.sizes_of(task.replica, trial));
      if (!sampling.is_pilot(task.replica, trial)) continue;
      for (int again = 0; again < 2; ++again)
        for (const std::uint32_t size : sampling.pilot_sizes) chips[i].pilot_sums.push_back(size * right);
    }
    return pack(chips);
  }

  Scratch folder_;
  std::optional<Experiment> experiment_;
  std::optional<Plan> plan_;
  Lesson lesson_;  ///< of the one worker
  int done_ = 0;
};

/// Of every cell.
std::vector<double> images_seen(const Results& results) {
  return results.table.values[find_metric(results.table.metrics, kSampledImages).value()];
}

TEST(SampledJob, RanksThenPilotThenTheRest) {
  SampledJob job;
  EXPECT_EQ(job.run(), ExitCode::done);
  // One model of the first training; 32 of 40 chips of two points in groups of eight; the fifth group, and five groups
  // of each point of the second training.
  EXPECT_EQ(job.log, "r" + std::string(8, 'p') + std::string(2 + 10, 'c'));
  EXPECT_EQ(job.trainings, 2) << "what a stage trained is there for the next";
  const Results results = job.results();
  EXPECT_EQ(results.status, RunStatus::complete);
  ASSERT_TRUE(results.sampling.has_value());
  EXPECT_TRUE(results.sampling->is_decided());
  EXPECT_TRUE(results.sampling->pilot.empty());
  EXPECT_EQ(results.models.size(), 2U);
  const std::uint32_t images = count_images(results.sampling->sizes);
  ASSERT_NE(images, 640U) << "the test sees a difference";
  for (std::size_t point = 0; point < 2; ++point)
    for (std::size_t replica = 0; replica < 2; ++replica)
      for (std::size_t trial = 0; trial < 40; ++trial)
        EXPECT_EQ(images_seen(results)[results.table.shape.cell(point, replica, trial)],
                  replica == 0 && trial < 32 ? 640 : images)
            << point << " " << replica << " " << trial;
}

// Stopped before any of its units of work, and before all of them: the file says the same in the end, and nothing that
// it has is done again.
TEST(SampledJob, AnInterruptedOneEndsWithTheSameFile) {
  SampledJob whole;
  EXPECT_EQ(whole.run(), ExitCode::done);
  const Results expected = whole.results();
  for (const std::vector<int>& ends : {std::vector<int>{0}, {1}, {2}, {8}, {9}, {10}, {15}, {0, 1, 5, 9, 12}}) {
    SampledJob job;
    for (const int end : ends) {
      EXPECT_EQ(job.run(end), ExitCode::bad_data) << end;
      EXPECT_EQ(job.results().status, RunStatus::interrupted);
    }
    EXPECT_EQ(job.run(), ExitCode::done);
    const Results results = job.results();
    const std::string which = ::testing::PrintToString(ends);
    EXPECT_EQ(job.log, whole.log) << which;
    EXPECT_EQ(results.table.state, expected.table.state) << which;
    EXPECT_EQ(results.table.values[kAccuracy], expected.table.values[kAccuracy]) << which;
    EXPECT_EQ(images_seen(results), images_seen(expected)) << which;
    EXPECT_EQ(pack_bytes(*results.sampling), pack_bytes(*expected.sampling)) << which;
  }
}

// Points that are added would have decided otherwise; they see what the others saw.
TEST(SampledJob, AFileWithADesignIsNotDesignedAgain) {
  SampledJob job;
  EXPECT_EQ(job.run(), ExitCode::done);
  const std::string before = pack_bytes(*job.results().sampling);
  job.log.clear();
  job.ask_for({"hardware.variation.sigma=[0.05, 0.1, 0.2]"});
  EXPECT_EQ(job.run(), ExitCode::done);
  EXPECT_EQ(job.log, std::string(10, 'c'));
  const Results results = job.results();
  EXPECT_EQ(pack_bytes(*results.sampling), before);
  EXPECT_EQ(images_seen(results)[results.table.shape.cell(0, 0, 31)], 640) << "of the pilot's size in every point";
}

TEST(SampledJob, ANumberOfImagesHasNoPilot) {
  SampledJob job({"trials.images=100"});
  EXPECT_EQ(job.run(), ExitCode::done);
  EXPECT_EQ(job.log, "r" + std::string(20, 'c'));
  EXPECT_EQ(images_seen(job.results()), std::vector<double>(160, 100));
}

}  // namespace job_test
}  // namespace ohmcarlo::test
