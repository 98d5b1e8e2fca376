#include "app/demand.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "experiment/refusal.hpp"
#include "schedule/queue.hpp"
#include "scratch.hpp"
#include "storage/results_file.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo::test {
namespace demand_test {

/// Two points of chips in groups of eight; looks at 16, 24, 32, 40, 56, 72, 80. Chip t of the point with sigma s is
/// 0.9 +- s / 4 in turn: sd about s / 4, so that 0.1 stops at 32 chips and 0.05 at 16 (half-width 0.01).
constexpr const char* kText =
    "data.set = \"mnist\"\nnetwork.hidden = [1]\ntrials.until = { half_width = 0.01, min = 10, max = 80 }\n"
    "[sweep]\n\"hardware.variation.sigma\" = [0.05, 0.1]\n";

class Demanded {
 public:
  explicit Demanded(const std::string& text = kText, IfExists if_exists = IfExists::overwrite)
      : experiment_(experiment_of(text)),
        metrics_(metrics_of(experiment_)),
        plan_(make_plan(experiment_, {{experiment_.points[0].data.name, "hash"}}, {})),
        session_((folder() / "r.h5").string(), if_exists, experiment_, metrics_,
                 {{experiment_.points[0].data.name, "1"}}, 10, {}),
        demand(experiment_, plan_, session_,
               [this](std::uint32_t lot, const UnitResult& result) { enter(lot, result.unit); }) {}

  /// A folder that several demands share.
  static std::filesystem::path folder() {
    static const Scratch scratch;
    return scratch / "";
  }

  [[nodiscard]] std::vector<LotNeed> take(std::uint32_t lot, std::uint32_t unit) {
    return demand.take(lot, {.unit = unit, .seconds = 1, .payload = {}});
  }
  [[nodiscard]] std::size_t chips_of(std::size_t point) const {
    const Table& table = session_.table();
    const auto first = table.state.begin() + static_cast<std::ptrdiff_t>(point * table.shape.trials);
    return static_cast<std::size_t>(
        std::count(first, first + static_cast<std::ptrdiff_t>(table.shape.trials), CellState::done));
  }
  /// Of all its trainings.
  [[nodiscard]] std::size_t all_chips_of(std::size_t point) const {
    const Table& table = session_.table();
    const auto first = table.state.begin() + static_cast<std::ptrdiff_t>(table.shape.cell(point, 0, 0));
    const auto count = static_cast<std::ptrdiff_t>(table.shape.replicas * table.shape.trials);
    return static_cast<std::size_t>(std::count(first, first + count, CellState::done));
  }
  Session& session() { return session_; }
  virtual ~Demanded() = default;

 private:
  [[nodiscard]] virtual double accuracy(double sigma, std::size_t trial) const {
    return 0.9 + (trial % 2 == 0 ? sigma : -sigma) / 4;
  }
  [[nodiscard]] virtual double accuracy_in(double value, std::size_t, std::size_t trial) const {
    return accuracy(value, trial);
  }
  void enter(std::uint32_t lot, std::uint32_t unit) {
    EXPECT_TRUE(entered_.emplace(lot, unit).second) << "once";
    const EvaluationTask task = plan_.evaluations[lot];
    const double sigma = std::get<double>(experiment_.points[task.points.front()].values[0]);
    std::vector<ChipResult> chips(task.unit_chips);
    for (ChipResult& chip : chips) {
      const auto trial = unit * task.unit_chips + (&chip - chips.data());
      chip.values.assign(values_per_chip(metrics_), 1);
      chip.values[kAccuracy] = accuracy_in(sigma, task.replica, trial);
      chip.values[kCorrect] = 1000 * chip.values[kAccuracy];
    }
    session_.add(chips, 1, experiment_, task, unit);
  }

  Experiment experiment_;
  std::vector<Metric> metrics_;
  Plan plan_;
  Session session_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> entered_;

 public:
  ChipDemand demand;
};

TEST(ChipDemand, NeedsTheFirstLookAndOffersTheRest) {
  Demanded job;
  const std::vector<Lot> lots = job.demand.lots();
  ASSERT_EQ(lots.size(), 2U);
  for (const Lot& lot : lots) {
    EXPECT_EQ(lot.units.size(), 10U);
    EXPECT_EQ(lot.needed, 2U);
  }
  EXPECT_EQ(job.demand.chips_to_run(), 32U);
  EXPECT_EQ(job.demand.settled(), 0U);
}

// 2.13145 * .0129 / 4 = .0069 at 16 chips of .05; of .1: .0138, .0108 (24), .0092 (32): stops there.
TEST(ChipDemand, GrowsFromLookToLook) {
  Demanded job;
  EXPECT_TRUE(job.take(0, 0).empty());
  const std::vector<LotNeed> settled = job.take(0, 1);
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_EQ(settled[0].needed, 2U);
  EXPECT_TRUE(settled[0].settled);
  (void)job.take(1, 0);
  const std::vector<LotNeed> more = job.take(1, 1);
  ASSERT_EQ(more.size(), 1U);
  EXPECT_EQ(more[0].lot, 1U);
  EXPECT_EQ(more[0].needed, 3U);
  EXPECT_FALSE(more[0].settled);
  EXPECT_EQ(job.take(1, 2).at(0).needed, 4U);
  EXPECT_TRUE(job.take(1, 3).at(0).settled);
  EXPECT_EQ(job.chips_of(0), 16U);
  EXPECT_EQ(job.chips_of(1), 32U);
  EXPECT_EQ(job.session().table().shape.trials, 32U);
  EXPECT_EQ(job.demand.settled(), 2U);
}

TEST(ChipDemand, HoldsBackWhatIsAheadOfNeed) {
  Demanded job;
  for (const std::uint32_t unit : {9U, 3U, 2U, 1U}) EXPECT_TRUE(job.take(1, unit).empty());
  EXPECT_EQ(job.chips_of(1), 8U) << "unit 1 is needed, the others may become it";
  EXPECT_EQ(job.session().table().shape.trials, 16U) << "and have no place yet";
  const std::vector<LotNeed> needs = job.take(1, 0);
  ASSERT_EQ(needs.size(), 1U);
  EXPECT_TRUE(needs[0].settled) << "looks at 16, 24 and 32 with what was held back";
  EXPECT_EQ(job.chips_of(1), 32U);
  EXPECT_TRUE(job.take(1, 4).empty()) << "comes too late";
  EXPECT_EQ(job.chips_of(1), 32U);
}

TEST(ChipDemand, EndsTheSameInAnyOrder) {
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    Demanded job;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
    for (std::uint32_t lot = 0; lot < 2; ++lot)
      for (std::uint32_t unit = 0; unit < 10; ++unit) order.emplace_back(lot, unit);
    std::shuffle(order.begin(), order.end(), random);
    for (const auto& [lot, unit] : order) (void)job.take(lot, unit);
    EXPECT_EQ(job.chips_of(0), 16U);
    EXPECT_EQ(job.chips_of(1), 32U);
    EXPECT_EQ(job.session().table().shape.trials, 32U);
    EXPECT_EQ(job.demand.chips_run(), 48U);
    EXPECT_EQ(job.demand.chips_to_run(), 48U);
  }
}

TEST(ChipDemand, ResumesWhereTheFileEnds) {
  {
    Demanded job;
    for (const std::uint32_t unit : {0U, 1U, 2U}) (void)job.take(1, unit);
    job.session().save(RunStatus::interrupted);
  }
  Demanded job(kText, IfExists::resume);
  const std::vector<Lot> lots = job.demand.lots();
  EXPECT_EQ(lots[0].needed, 2U);
  EXPECT_EQ(lots[1].needed, 4U);
  EXPECT_EQ(lots[1].units.front(), 3U);
  EXPECT_TRUE(job.take(1, 3).at(0).settled);
}

TEST(ChipDemand, OneChipStandsForEqualOnes) {
  Demanded job(
      "data.set = \"mnist\"\nnetwork.hidden = [1]\ntrials.count = 20\n[sweep]\n\"hardware.variation.sigma\" = [0.0]\n");
  EXPECT_THAT(job.demand.lots().at(0).units, testing::ElementsAre(0U));
  EXPECT_EQ(job.demand.chips_to_run(), 1U);
  EXPECT_TRUE(job.take(0, 0).empty());
  EXPECT_EQ(job.chips_of(0), 20U);
  EXPECT_EQ(job.demand.chips_run(), 1U);
}

TEST(ChipDemand, AFixedNumberIsSettledFromTheStart) {
  Demanded job(
      "data.set = \"mnist\"\nnetwork.hidden = [1]\ntrials.count = 20\n[sweep]\n\"hardware.variation.sigma\" = [0.1]\n");
  EXPECT_EQ(job.demand.settled(), 1U);
  EXPECT_THAT(job.demand.lots().at(0).units, testing::ElementsAre(0U, 1U, 2U));
  EXPECT_EQ(job.demand.chips_to_run(), 20U);
  for (const std::uint32_t unit : {2U, 0U, 1U}) EXPECT_TRUE(job.take(0, unit).empty());
  EXPECT_EQ(job.chips_of(0), 20U);
}

/// Three values of sigma, whose accuracies are .9 - sigma +- sigma / 8 in turn: .3 is far behind, .1 and .105 are near.
/// Looks at 16, 24, 32, 40.
constexpr const char* kRace =
    "data.set = \"mnist\"\nnetwork.hidden = [1]\n"
    "trials.race = { axis = \"hardware.variation.sigma\", tolerance = 0.0001, max = 40 }\n"
    "[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.3, 0.105]\n";

class RacedJob : public Demanded {
 public:
  explicit RacedJob(IfExists if_exists = IfExists::overwrite) : Demanded(kRace, if_exists) {}

 private:
  double accuracy(double sigma, std::size_t trial) const override {
    return sigma > 0.2 ? 0.6 + (trial % 2 == 0 ? 0.02 : -0.02) : 0.9 + sigma * (trial % 2 == 0 ? 0.2 : -0.2);
  }
};

TEST(ChipDemand, ARaceLooksOnceAllValuesHaveTheirChips) {
  RacedJob job;
  for (const std::uint32_t lot : {0U, 2U})
    for (const std::uint32_t unit : {0U, 1U, 2U, 3U}) EXPECT_TRUE(job.take(lot, unit).empty());
  EXPECT_TRUE(job.take(1, 0).empty());
  EXPECT_EQ(job.chips_of(0), 16U) << "what is ahead of the look is held back";
  const std::vector<LotNeed> needs = job.take(1, 1);
  ASSERT_EQ(needs.size(), 3U);
  EXPECT_TRUE(needs[1].settled) << "out of the race";
  EXPECT_EQ(needs[1].needed, 2U);
  EXPECT_EQ(needs[0].needed, 5U) << "looks at 16, 24 and 32 with what was held back";
  EXPECT_FALSE(needs[0].settled);
  EXPECT_EQ(job.chips_of(0), 32U);
  EXPECT_EQ(job.chips_of(1), 16U);
  EXPECT_TRUE(job.take(0, 4).empty());
  EXPECT_TRUE(job.take(2, 4).at(0).settled) << "the last look";
  EXPECT_EQ(job.demand.settled(), 3U);
}

TEST(ChipDemand, ARaceEndsTheSameInAnyOrder) {
  std::mt19937 random(2);
  for (int round = 0; round < 20; ++round) {
    RacedJob job;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
    for (std::uint32_t lot = 0; lot < 3; ++lot)
      for (std::uint32_t unit = 0; unit < 5; ++unit) order.emplace_back(lot, unit);
    std::shuffle(order.begin(), order.end(), random);
    for (const auto& [lot, unit] : order) (void)job.take(lot, unit);
    EXPECT_EQ(job.chips_of(0), 40U);
    EXPECT_EQ(job.chips_of(1), 16U);
    EXPECT_EQ(job.chips_of(2), 40U);
    EXPECT_EQ(job.demand.chips_run(), 96U);
    EXPECT_EQ(job.demand.chips_to_run(), 96U);
  }
}

TEST(ChipDemand, ARaceGoesOnWhereTheFileEnds) {
  {
    RacedJob job;
    for (std::uint32_t lot = 0; lot < 3; ++lot)
      for (const std::uint32_t unit : {0U, 1U, 2U}) (void)job.take(lot, unit);
    job.session().save(RunStatus::interrupted);
  }
  RacedJob job(IfExists::resume);
  const std::vector<Lot> lots = job.demand.lots();
  EXPECT_TRUE(lots[1].units.empty()) << "was dropped";
  EXPECT_EQ(lots[0].needed, 4U);
  EXPECT_EQ(lots[0].units.front(), 3U);
}

/// The same over up to eight trainings of ten chips, in two units each: looks at 6, 7, 8. Lots are value * 8 + replica.
constexpr const char* kRaceOfTrainings =
    "data.set = \"mnist\"\nnetwork.hidden = [1]\nhardware.variation.sigma = 0.1\ntraining.replicas = 8\n"
    "trials.race = { axis = \"training.learning_rate\", metric = \"accuracy\", tolerance = 0.0001, chips = 10 }\n"
    "[sweep]\n\"training.learning_rate\" = [0.1, 0.3, 0.105]\n";

class RacedTrainings : public Demanded {
 public:
  explicit RacedTrainings(IfExists if_exists = IfExists::overwrite) : Demanded(kRaceOfTrainings, if_exists) {}

  /// The last unit's answer.
  std::vector<LotNeed> take_training(std::size_t value, std::size_t replica) {
    const auto lot = static_cast<std::uint32_t>(8 * value + replica);
    (void)take(lot, 0);
    return take(lot, 1);
  }

 private:
  double accuracy_in(double value, std::size_t replica, std::size_t) const override {
    return value > 0.2 ? 0.6 + (replica % 2 == 0 ? 0.02 : -0.02) : 0.9 + value * (replica % 2 == 0 ? 0.2 : -0.2);
  }
};

TEST(ChipDemand, ARaceOfTrainingsNeedsThoseOfItsFirstLook) {
  const RacedTrainings job;
  const std::vector<Lot> lots = job.demand.lots();
  ASSERT_EQ(lots.size(), 24U);
  for (std::size_t lot = 0; lot < lots.size(); ++lot) {
    EXPECT_EQ(lots[lot].needed, lot % 8 < 6 ? 2U : 0U);
    EXPECT_EQ(lots[lot].offered, lot % 8 < 7) << "one training ahead";
    EXPECT_EQ(lots[lot].units.size(), 2U);
  }
  EXPECT_EQ(job.demand.chips_to_run(), 3 * 6 * 10U);
  const std::vector<bool> needed = job.demand.needed_models();
  EXPECT_EQ(std::ranges::count(needed, true), 18);
}

TEST(ChipDemand, ARaceOfTrainingsHandsOutNewOnes) {
  RacedTrainings job;
  (void)job.take_training(0, 6);  // ahead
  for (std::size_t value = 0; value < 3; ++value)
    for (std::size_t replica = 0; replica < 6; ++replica)
      if (value != 2 || replica != 5) {
        EXPECT_TRUE(job.take_training(value, replica).empty());
      }
  EXPECT_EQ(job.all_chips_of(0), 60U) << "what is ahead of the look is held back";
  const std::vector<LotNeed> needs = job.take_training(2, 5);
  ASSERT_EQ(needs.size(), 24U);
  EXPECT_TRUE(needs[8].settled) << "out of the race";
  for (const LotNeed& need : needs) {
    const bool is_out = need.lot / 8 == 1;
    EXPECT_EQ(need.needed, need.lot % 8 < (is_out ? 6U : 7U) ? 2U : 0U) << need.lot;
    EXPECT_EQ(need.offered, need.lot % 8 <= (is_out ? 6U : 7U)) << need.lot;
  }
  EXPECT_EQ(job.all_chips_of(0), 70U) << "the look has asked for it";
  EXPECT_EQ(std::ranges::count(job.demand.needed_models(), true), 7 + 6 + 7);
  EXPECT_FALSE(job.take_training(2, 6).empty());
  (void)job.take_training(0, 7);
  EXPECT_TRUE(job.take_training(2, 7).at(0).settled) << "the last";
  EXPECT_EQ(job.all_chips_of(1), 60U);
  EXPECT_EQ(job.demand.chips_run(), 220U);
  EXPECT_EQ(job.demand.settled(), 3U);
}

TEST(ChipDemand, ARaceOfTrainingsEndsTheSameInAnyOrder) {
  std::mt19937 random(3);
  for (int round = 0; round < 10; ++round) {
    RacedTrainings job;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
    for (std::uint32_t lot = 0; lot < 24; ++lot)
      for (std::uint32_t unit = 0; unit < 2; ++unit) order.emplace_back(lot, unit);
    std::shuffle(order.begin(), order.end(), random);
    for (const auto& [lot, unit] : order) (void)job.take(lot, unit);
    EXPECT_EQ(job.all_chips_of(0), 80U);
    EXPECT_EQ(job.all_chips_of(1), 60U);
    EXPECT_EQ(job.all_chips_of(2), 80U);
    EXPECT_EQ(job.demand.chips_run(), 220U);
    EXPECT_EQ(job.demand.chips_to_run(), 220U);
  }
}

TEST(ChipDemand, ARaceOfTrainingsGoesOnWhereTheFileEnds) {
  {
    RacedTrainings job;
    for (std::size_t value = 0; value < 3; ++value)
      for (std::size_t replica = 0; replica < 6; ++replica) (void)job.take_training(value, replica);
    (void)job.take(6, 0);
    job.session().save(RunStatus::interrupted);
  }
  RacedTrainings job(IfExists::resume);
  const std::vector<Lot> lots = job.demand.lots();
  for (std::size_t replica = 0; replica < 8; ++replica) EXPECT_TRUE(lots[8 + replica].units.empty()) << "was dropped";
  EXPECT_THAT(lots[6].units, testing::ElementsAre(1U));
  EXPECT_EQ(lots[6].needed, 2U);
  EXPECT_EQ(lots[7].needed, 0U);
}

}  // namespace demand_test
}  // namespace ohmcarlo::test
