#include "app/sample_stages.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "base/bytes.hpp"
#include "experiment/refusal.hpp"
#include "scratch.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo::test {
namespace sample_stages_test {

using ::testing::IsEmpty;

const std::map<std::string, std::string> kHashes = {{"mnist", "1a"}};
const std::string kData =
    "data.set = \"mnist\"\nnetwork.hidden = [1]\n[training]\nreplicas = 2\n[sweep]\n"
    "\"training.method\" = [\"plain\", \"noise-injection\"]\n\"hardware.variation.sigma\" = [0.0, 0.1]\n";

/// An experiment of two methods, of which plain has a point without randomness and one model; noise-injection has a
/// model for each sigma. Two replicas.
class Staged {
 public:
  explicit Staged(const std::vector<std::string>& sets, const std::string& file = "R.h5")
      : experiment(experiment_of(kData, sets)),
        plan(make_plan(experiment, kHashes, {})),
        session((folder() / file).string(), IfExists::resume, experiment, metrics_of(experiment), kHashes, 10, {}),
        stages(experiment, plan, session) {}

  static std::filesystem::path folder() {
    static const Scratch scratch;
    return scratch.path();
  }

  /// What model number `model` says of 2,000 images of two classes: the first of a class are the hardest, for odd
  /// models the last.
  static std::string ranks(std::uint32_t model) {
    ImageHardness hardness{.labels = {}, .classes = 2, .ranks = {}};
    for (int i = 0; i < 2000; ++i) {
      hardness.labels.push_back(static_cast<Label>(i % 2));
      hardness.ranks.push_back(model % 2 == 0 ? i / 2 : 999 - i / 2);
    }
    return pack_bytes(hardness);
  }
  void rank() {
    const Work work = stages.rank_work({});
    for (std::uint32_t lot = 0; lot < work.lots.size(); ++lot)
      if (!work.lots[lot].units.empty()) stages.take_ranks(lot, ranks(lot));
  }
  /// Enters the chips of a unit of the pilot: of every stratum half right, more or less by chip.
  void enter(std::uint32_t lot, std::uint32_t unit) {
    const EvaluationTask task = plan.evaluations[lot];
    std::vector<ChipResult> chips(task.unit_chips);
    for (std::size_t i = 0; i < chips.size(); ++i) {
      chips[i].values.assign(values_per_chip(metrics_of(experiment)), 0.5);
      for (int again = 0; again < 2; ++again)
        for (const std::uint32_t size : session.sampling()->pilot_sizes)
          chips[i].pilot_sums.push_back(size * (0.5 + 0.1 * static_cast<double>(i % 3)));
    }
    session.add(chips, 1, experiment, task, unit);
  }
  /// The units of a work, by lot.
  static std::vector<std::vector<std::uint32_t>> units(const Work& work) {
    std::vector<std::vector<std::uint32_t>> all;
    for (const Lot& lot : work.lots) all.push_back(lot.units);
    return all;
  }
  /// The evaluation of this method and sigma by the first replica.
  [[nodiscard]] std::uint32_t evaluation(std::size_t point, std::size_t replica = 0) const {
    for (std::uint32_t i = 0; i < plan.evaluations.size(); ++i)
      if (plan.evaluations[i].points.front() == point && plan.evaluations[i].replica == replica) return i;
    ADD_FAILURE() << "no such evaluation";
    return 0;
  }

  Experiment experiment;
  Plan plan;
  Session session;
  SampleStages stages;
};

const std::string kTwoStage = "trials.images=\"two-stage\"";

TEST(SampleStages, AreNoneWhereChipsSeeAllImages) {
  const Staged job({}, "all.h5");
  EXPECT_FALSE(job.stages.needs_ranks());
  EXPECT_FALSE(job.stages.needs_pilot());
  EXPECT_THAT(job.stages.brief({}), IsEmpty());
}

TEST(SampleStages, RanksAreThoseOfTheFirstTrainings) {
  Staged job({kTwoStage}, "ranks.h5");
  ASSERT_TRUE(job.stages.needs_ranks());
  EXPECT_FALSE(job.stages.needs_pilot()) << "nothing to be piloted yet";
  const Work work = job.stages.rank_work({true, false, true, false, true, false});
  EXPECT_EQ(work.trained.size(), 6U);
  ASSERT_EQ(work.lots.size(), job.plan.models.size());
  for (std::uint32_t i = 0; i < work.lots.size(); ++i) {
    EXPECT_EQ(work.lots[i].model, i);
    EXPECT_EQ(work.lots[i].units.size(), job.plan.models[i].replica == 0 ? 1U : 0U) << i;
  }
  EXPECT_EQ(unpack_bytes<Lesson>(work.brief).stage, Lesson::Stage::ranks_images);
}

// Workers report in any order.
TEST(SampleStages, TheLastModelsWordMakesTheStrataWhateverTheOrder) {
  std::vector<Sampling> found;
  for (const bool backwards : {false, true}) {
    Staged job({kTwoStage}, "order.h5");
    std::vector<std::uint32_t> models;
    for (std::uint32_t i = 0; i < job.plan.models.size(); ++i)
      if (job.plan.models[i].replica == 0) models.push_back(i);
    ASSERT_EQ(models.size(), 3U);
    if (backwards) std::ranges::reverse(models);
    for (const std::uint32_t model : models) {
      EXPECT_TRUE(job.stages.needs_ranks());
      EXPECT_FALSE(job.session.sampling().has_value());
      // Only the first one of the plan disagrees with the others.
      job.stages.take_ranks(model, Staged::ranks(model == 0 ? 0 : 1));
    }
    EXPECT_FALSE(job.stages.needs_ranks());
    found.push_back(job.session.sampling().value());
  }
  EXPECT_EQ(found[0].stratum, found[1].stratum);
  EXPECT_EQ(found[0].stratum[1998], 0) << "hardest by two voices of three";
  EXPECT_EQ(found[0].stratum[0], 5);
}

TEST(SampleStages, ThePilotIsOfAllPointsWithRandomnessAndTheFirstTraining) {
  Staged job({kTwoStage, "trials.count=100"}, "pilot.h5");
  job.rank();
  ASSERT_TRUE(job.stages.needs_pilot());
  const Work work = job.stages.pilot_work({});
  ASSERT_EQ(work.lots.size(), job.plan.evaluations.size());
  for (std::size_t i = 0; i < work.lots.size(); ++i) {
    const EvaluationTask task = job.plan.evaluations[i];
    EXPECT_EQ(work.lots[i].model, task.model);
    const bool joins = task.replica == 0 && !task.equal_chips;
    EXPECT_EQ(work.lots[i].units, joins ? (std::vector<std::uint32_t>{0, 1, 2, 3}) : std::vector<std::uint32_t>{})
        << "32 chips in groups of eight";
  }
  EXPECT_EQ(work.units(), 2U * 4) << "sigma 0.1 of both methods";
}

TEST(SampleStages, WorkersLearnTheDesignWithoutWhatChipsTold) {
  Staged job({kTwoStage}, "brief.h5");
  job.rank();
  (void)job.stages.pilot_work({});
  job.enter(job.evaluation(1), 0);
  ASSERT_EQ(job.session.sampling()->pilot.size(), 8U);
  const auto lesson = unpack_bytes<Lesson>(job.stages.brief({}));
  EXPECT_EQ(lesson.stage, Lesson::Stage::evaluates_chips);
  EXPECT_EQ(lesson.sampling.stratum, job.session.sampling()->stratum);
  EXPECT_EQ(lesson.sampling.pilot_sizes, job.session.sampling()->pilot_sizes);
  EXPECT_THAT(lesson.sampling.pilot, IsEmpty());
}

// trials.until may ask for fewer chips at first than the pilot has.
TEST(SampleStages, ThePilotHasRoomInTheTable) {
  Staged job({kTwoStage, "trials.until.half_width=0.1", "trials.until.min=8"}, "room.h5");
  EXPECT_LT(job.session.table().shape.trials, 32U);
  job.rank();
  (void)job.stages.pilot_work({});
  EXPECT_GE(job.session.table().shape.trials, 32U);
}

/// Runs the pilot's units in any order; stops, and is opened again, before unit number `stop`.
Sampling decide(const std::string& file, std::size_t stop) {
  const std::vector<std::string> sets = {kTwoStage, "trials.count=40"};
  std::filesystem::remove(Staged::folder() / file);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> units;
  {
    Staged job(sets, file);
    job.rank();
    const auto lots = Staged::units(job.stages.pilot_work({}));
    for (std::uint32_t lot = 0; lot < lots.size(); ++lot)
      for (const std::uint32_t unit : lots[lot]) units.emplace_back(lot, unit);
    if (stop % 2 == 1) std::ranges::reverse(units);
    for (std::size_t i = 0; i < stop; ++i) job.enter(units[i].first, units[i].second);
    job.session.save(RunStatus::interrupted);
  }
  Staged job(sets, file);
  EXPECT_FALSE(job.stages.needs_ranks()) << "the file has the strata";
  EXPECT_TRUE(job.stages.needs_pilot());
  const Work rest = job.stages.pilot_work({});
  EXPECT_EQ(rest.units(), units.size() - stop) << "what it has is not asked for again";
  for (std::uint32_t lot = 0; lot < rest.lots.size(); ++lot)
    for (const std::uint32_t unit : rest.lots[lot].units) job.enter(lot, unit);
  job.stages.finish_pilot();
  EXPECT_FALSE(job.stages.needs_pilot());
  EXPECT_EQ(unpack_bytes<Lesson>(job.stages.brief({})).sampling.sizes, job.session.sampling()->sizes);
  job.session.save(RunStatus::interrupted);
  return job.session.sampling().value();
}

TEST(SampleStages, AnInterruptedPilotDecidesTheSame) {
  const Sampling expected = decide("stop.h5", 0);
  EXPECT_TRUE(expected.is_decided());
  EXPECT_THAT(expected.pilot, IsEmpty());
  for (const std::size_t stop : {1U, 4U, 7U, 8U}) {  // 8: all of it is there, but nothing was decided
    const Sampling sampling = decide("stop.h5", stop);
    EXPECT_EQ(pack_bytes(sampling), pack_bytes(expected)) << stop;
  }
}

TEST(SampleStages, ADesignIsNeverMadeAgain) {
  const Sampling expected = decide("kept.h5", 8);
  Staged more({kTwoStage, "trials.count=50", "training.replicas=3", "hardware.variation.sigma=[0.0, 0.1, 0.3]"},
              "kept.h5");
  EXPECT_FALSE(more.stages.needs_ranks());
  EXPECT_FALSE(more.stages.needs_pilot()) << "points that are added see what the others saw";
  EXPECT_EQ(pack_bytes(unpack_bytes<Lesson>(more.stages.brief({})).sampling), pack_bytes(expected));
}

TEST(SampleStages, ANumberOfImagesNeedsNoPilot) {
  Staged job({"trials.images=100"}, "number.h5");
  ASSERT_TRUE(job.stages.needs_ranks());
  job.rank();
  EXPECT_FALSE(job.stages.needs_ranks());
  EXPECT_FALSE(job.stages.needs_pilot());
  EXPECT_EQ(count_images(unpack_bytes<Lesson>(job.stages.brief({})).sampling.sizes), 100U);
}

}  // namespace sample_stages_test
}  // namespace ohmcarlo::test
