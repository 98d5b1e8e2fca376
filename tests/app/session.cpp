#include "app/session.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "experiment/refusal.hpp"
#include "scratch.hpp"
#include "storage/checksum.hpp"
#include "storage/model_store.hpp"
#include "storage/results_file.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo {
namespace session_test {

using test::error_of;
using test::Scratch;
using ::testing::HasSubstr;

const std::map<std::string, std::string> kHashes = {{"mnist", "1a"}, {"fashion-mnist", "0b"}};
const std::string kSigmas = "data.set = \"mnist\"\ntrials.count = 2\n[sweep]\n\"hardware.variation.sigma\" = ";

/// A results file, and the experiments that are run into it.
class SessionTest : public testing::Test {
 protected:
  /// Opens the file, or starts it.
  Session open(const Experiment& experiment, IfExists if_exists = IfExists::resume) {
    std::map<std::string, std::string> hashes = hashes_;
    std::erase_if(hashes, [&](const auto& set) {
      return std::ranges::none_of(experiment.kinds(),
                                  [&](std::size_t number) { return experiment.points[number].data.name == set.first; });
    });
    return {file_, if_exists, experiment, metrics_of(experiment), hashes, 10, {{"started", "now"}}};
  }
  Session open(const std::string& toml, IfExists if_exists = IfExists::resume) {
    return open(experiment_of(toml), if_exists);
  }

  /// Runs all chips; the accuracy of a chip is 0.1 for each point before it and 0.01 for each trial, over `scale`.
  void run(const std::string& toml, double scale = 1) {
    const Experiment experiment = experiment_of(toml);
    const Plan plan = make_plan(experiment, hashes_, {});
    Session session = open(experiment);
    for (std::size_t i = 0; i < plan.evaluations.size(); ++i) {
      const EvaluationTask task = plan.evaluations[i];
      for (std::uint32_t unit = 0; unit * task.unit_chips < experiment.shape.trials; ++unit) {
        std::vector<ChipResult> chips(task.unit_chips);
        for (std::uint32_t chip = 0; chip < task.unit_chips; ++chip) {
          chips[chip].values.assign(values_per_chip(metrics_of(experiment)), 1);
          chips[chip].values[kAccuracy] =
              (0.1 * static_cast<double>(i) + 0.01 * (unit * task.unit_chips + chip)) / scale;
        }
        session.add(chips, 4, experiment, task, unit);
      }
    }
    session.save(RunStatus::complete);
  }

  /// Why a session is refused.
  std::string refused(const std::string& toml, IfExists if_exists = IfExists::resume) {
    const std::string before = test::read_text(file_);
    const std::string message = error_of([&] { (void)open(toml, if_exists); });
    EXPECT_EQ(test::read_text(file_), before) << "what is refused is left alone";
    return message;
  }

  /// A file of weights for a network without hidden layers, all `weight`.
  std::string weights(const std::string& name, float weight) {
    StoredModel model;
    model.record.id = name;
    model.arrays = {{"dense1.bias", {10}, std::vector<float>(10, 0)},
                    {"dense1.weights", {10, 784}, std::vector<float>(7840, weight)}};
    ModelStore(folder_.path()).save(model);
    return ModelStore(folder_.path()).path(name).string();
  }

  Scratch folder_;
  std::string file_ = folder_ / "R.h5";
  std::map<std::string, std::string> hashes_ = kHashes;
};

TEST_F(SessionTest, StartsAnEmptyTableOfTheExperiment) {
  const Session session = open(kSigmas + "[0.1, 0.2]\n", IfExists::refuse);
  EXPECT_EQ(session.found(), 0U);
  EXPECT_EQ(session.table().shape.cells(), 4U);
  EXPECT_EQ(test::fs::exists(file_), false) << "nothing is written before the first saving";
}

// Version 0.1 had no line for what the word stood for.
TEST_F(SessionTest, SaysWhatAWordStoodForInOldFiles) {
  const std::string toml = "data.set = \"mnist\"\ndata.scaling = \"published\"\ntrials.count = 2\n";
  run(toml);
  EXPECT_EQ(open(toml).found(), 2U);
  Results old = load_results(file_, {});
  const std::string line = "data.scaling content of \"published\" of mnist = mean 0.1307, sd 0.3081\n";
  const std::size_t at = old.identity.find(line);
  ASSERT_NE(at, std::string::npos) << old.identity;
  old.identity.erase(at, line.size());
  save_results(file_, old);
  EXPECT_THAT(refused(toml),
              HasSubstr("these differ: data.scaling content of \"published\" of mnist; \"published\" was "
                        "mean 0.5 and sd 0.5 for MNIST and Fashion-MNIST before, which is \"centred\" "
                        "now (allowed: the same experiment, or another file)"));
}

TEST_F(SessionTest, RefusesAFileThatExistsUnlessTold) {
  run(kSigmas + "[0.1]\n");
  EXPECT_THAT(refused(kSigmas + "[0.1]\n", IfExists::refuse), HasSubstr("R.h5: exists (allowed: --resume"));
  EXPECT_EQ(open(kSigmas + "[0.1]\n", IfExists::overwrite).found(), 0U);
}

TEST_F(SessionTest, LeavesAFileOfOthersAlone) {
  test::write_text(file_, "a diary");
  for (const IfExists if_exists : {IfExists::refuse, IfExists::resume, IfExists::overwrite})
    EXPECT_THAT(refused(kSigmas + "[0.1]\n", if_exists), HasSubstr("is not a results file of ohmcarlo"));
  EXPECT_EQ(folder_.names(), std::vector<std::string>{"R.h5"}) << "no lock is left beside it";
}

TEST_F(SessionTest, ValuesReplicasAndChipsMayBeAddedAnywhere) {
  run(kSigmas + "[0.1, 0.2]\n");
  const Session session =
      open(experiment_of(kSigmas + "[0.05, 0.2, 0.15]\n", {"trials.count=3", "training.replicas=2"}));
  EXPECT_EQ(session.found(), 4U);
  const Table& table = session.table();
  EXPECT_EQ(table.shape.axes[0].values, (std::vector<AxisValue>{0.05, 0.2, 0.15, 0.1}));
  for (const auto& [point, accuracy] : {std::pair<std::size_t, double>{3, 0}, {1, 0.1}})
    for (std::size_t trial = 0; trial < 2; ++trial) {
      const std::size_t place = table.shape.cell(point, 0, trial);
      EXPECT_EQ(table.values[kAccuracy][place], accuracy + 0.01 * static_cast<double>(trial));
      EXPECT_EQ(table.state[place], CellState::done);
    }
  EXPECT_EQ(std::ranges::count(table.state, CellState::not_run), 4 * 2 * 3 - 4);
}

TEST_F(SessionTest, ALowerCountTakesNoChipsAway) {
  run(kSigmas + "[0.1]\n");
  EXPECT_THAT(open(kSigmas + "[0.1]\n").warnings(), testing::IsEmpty());
  const Session session = open(experiment_of(kSigmas + "[0.1]\n", {"trials.count=1"}));
  EXPECT_EQ(session.found(), 2U);
  EXPECT_THAT(session.warnings(), testing::ElementsAre(file_ + " holds 2 chips a point: all are kept, though "
                                                               "trials.count is 1"));
}

TEST_F(SessionTest, AFileThatWasCutIsCalledSo) {
  run(kSigmas + "[0.1]\n");
  const std::string whole = test::read_text(file_);
  test::write_text(file_, whole.substr(0, 3000));
  EXPECT_THAT(refused(kSigmas + "[0.1]\n"),
              HasSubstr(fmt::format("R.h5: exists and is cut short: the first 3000 of {} bytes are there; it is left "
                                    "alone",
                                    whole.size() - kChecksumSize)));
}

TEST_F(SessionTest, ResultsGoToTheirPlaceInALargerTable) {
  run(kSigmas + "[0.1, 0.3]\n");
  run(kSigmas + "[0.2, 0.3]\n", 2);  // an experiment of its own points
  const Table table = load_results(file_).table;
  EXPECT_EQ(table.shape.axes[0].values, (std::vector<AxisValue>{0.1, 0.2, 0.3}));
  const double expected[] = {0, 0.01, 0, 0.005, 0.05, 0.055};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(table.values[kAccuracy][i], expected[i]) << i;
}

TEST_F(SessionTest, AChangedKeyIsNamed) {
  run(kSigmas + "[0.1]\n");
  EXPECT_THAT(refused("training.epochs = 3\nexperiment.seed = 2\n" + kSigmas + "[0.1, 0.2]\n"),
              HasSubstr("these differ: experiment.seed, training.epochs (allowed"));
  EXPECT_THAT(refused("trials.common_random_numbers = false\n" + kSigmas + "[0.1]\n"),
              HasSubstr("these differ: trials.common_random_numbers (allowed"));
}

TEST_F(SessionTest, ChangedDataAreNamed) {
  run(kSigmas + "[0.1]\n");
  hashes_["mnist"] = "2a";
  EXPECT_THAT(refused(kSigmas + "[0.1, 0.2]\n"), HasSubstr("these differ: data (allowed"));
}

TEST_F(SessionTest, OtherAxesAndValuesOfOtherTypesAreRefused) {
  run("training.method = \"noise-injection\"\ndata.set = \"mnist\"\n[sweep]\n\"training.noise_sigma\" = [0.1, 0.2]\n");
  EXPECT_THAT(refused("training.method = \"noise-injection\"\n" + kSigmas + "[0.1]\n"),
              HasSubstr("R.h5: the results file sweeps other keys (training.noise_sigma)"));
  EXPECT_THAT(
      refused("training.method = \"noise-injection\"\ndata.set = \"mnist\"\n[sweep]\n\"training.noise_sigma\" = "
              "[0.1, 0.2, \"tested\"]\n"),
      HasSubstr("values of another type for 'training.noise_sigma'"));
}

TEST_F(SessionTest, KeysThatOnlyAddedPointsReadMayBeAdded) {
  const std::string plain = "data.set = \"mnist\"\n[sweep]\n\"training.method\" = [\"plain\"]\n";
  const std::string both = "data.set = \"mnist\"\n[sweep]\n\"training.method\" = [\"plain\", \"ovf\"]\n";
  run(plain);
  EXPECT_EQ(open("training.ovf.beta = 0.5\n" + both).found(), 100U);
  run("training.ovf.beta = 0.5\n" + both);
  EXPECT_THAT(refused("training.ovf.beta = 0.25\n" + both), HasSubstr("these differ: training.ovf.beta (allowed"));
  // Not asked for here, so nobody says which keys the results of ovf depend on.
  EXPECT_THAT(refused(plain), HasSubstr("these differ: training.ovf.beta (allowed"));
}

// Before groups had arrays of their own, results had no line for it.
TEST_F(SessionTest, ResultsOfGroupsThatSharedArraysAreNotResumed) {
  const auto sweep = [](const std::string& words) {
    return "data.set = \"mnist\"\nnetwork.architecture = \"list\"\ntrials.count = 2\nnetwork.layers = "
           "[\"conv 4\", \"conv 4 groups 4\", \"flatten\", \"dense classes\"]\n[sweep]\n\"hardware.simulate\" = [" +
           words + "]\n";
  };
  run(sweep("\"weights\""));
  EXPECT_EQ(open(sweep("\"weights\", \"arrays\"")).found(), 2U) << "points that are added change no earlier one";
  run(sweep("\"weights\", \"arrays\""));
  Results old = load_results(file_, {});
  const std::string line = "groups_on_arrays = apart\n";
  const std::size_t at = old.identity.find(line);
  ASSERT_NE(at, std::string::npos) << old.identity;
  old.identity.erase(at, line.size());
  save_results(file_, old);
  EXPECT_THAT(refused(sweep("\"weights\", \"arrays\"")),
              HasSubstr("these differ: groups_on_arrays; the groups of a convolution shared arrays before, and have "
                        "arrays of their own now (allowed"));
}

TEST_F(SessionTest, FilesThatOnlyAddedPointsNameMayBeAdded) {
  const std::string a = weights("a", 1), b = weights("b", 2);
  const auto sweep = [](const std::string& files) {
    return "data.set = \"mnist\"\nnetwork.hidden = []\n[sweep]\n\"network.weights\" = [" + files + "]\n";
  };
  const std::string one = "\"" + a + "\"", two = one + ", \"" + b + "\"";
  run(sweep(one));
  EXPECT_EQ(open(sweep(two)).found(), 100U);
  run(sweep(two));
  EXPECT_EQ(open(sweep("\"" + weights("c", 4) + "\", " + two)).found(), 200U);
  weights("b", 3);
  EXPECT_THAT(refused(sweep(two)), HasSubstr("these differ: network.weights content of " + b + " (allowed"));
}

TEST_F(SessionTest, AChangedFileIsNamed) {
  const std::string a = weights("a", 1), b = weights("b", 2);
  const auto sweep = [&](const std::string& more) {
    return "data.set = \"mnist\"\nnetwork.hidden = []\n[sweep]\n\"network.weights\" = [\"" + a + "\"" + more + "]\n";
  };
  run(sweep(""));
  weights("a", 3);
  EXPECT_THAT(refused(sweep(", \"" + b + "\"")),
              HasSubstr("these differ: network.weights content of " + a + " (allowed"));
}

TEST_F(SessionTest, DataSetsMayBeAdded) {
  const auto sweep = [](const std::string& sets) {
    return "trials.count = 2\n[sweep]\n\"data.set\" = [" + sets + "]\n";
  };
  run(sweep("\"mnist\""));
  EXPECT_EQ(open(sweep("\"mnist\", \"fashion-mnist\"")).found(), 2U);
  hashes_["mnist"] = "2a";
  EXPECT_THAT(refused(sweep("\"mnist\", \"fashion-mnist\"")), HasSubstr("these differ: data (allowed"));
}

TEST_F(SessionTest, AModelsAccuracyIsEnteredAtAllItsPoints) {
  const Experiment experiment = experiment_of(
      "data.set = \"mnist\"\ntraining.replicas = 2\n[sweep]\n"
      "\"training.method\" = [\"plain\", \"noise-injection\"]\n"
      "\"hardware.variation.sigma\" = [0.1, 0.2]\n");
  const Plan plan = make_plan(experiment, kHashes, {});
  Session session = open(experiment);
  for (std::uint32_t i = 0; i < plan.models.size(); ++i) {
    ModelRecord record;
    record.id = plan.models[i].id;
    record.clean_accuracy = i + 1;
    session.add(record, plan, i);
    session.add(record, plan, i);
  }
  EXPECT_EQ(session.results().models.size(), plan.models.size()) << "each is listed once";
  // Models in the order of points and replicas: plain 1 and 2, then noise 0.1 and noise 0.2.
  EXPECT_EQ(session.table().clean_accuracy, (std::vector<double>{1, 2, 1, 2, 3, 4, 5, 6}));
}

TEST_F(SessionTest, SpareChipsOfAUnitAreNotEntered) {
  run(kSigmas + "[0.1]\n");  // two chips of a unit of eight
  EXPECT_EQ(open(kSigmas + "[0.1]\n").found(), 2U);
  EXPECT_EQ(open(experiment_of(kSigmas + "[0.1]\n", {"trials.count=8"})).found(), 2U);
}

TEST_F(SessionTest, SavesWhatSettingsPointsShareAndHowTheyDiffer) {
  run("training.method = \"noise-injection\"\n" + kSigmas + "[0.1, 0.2]\n");
  run("training.method = \"noise-injection\"\n" + kSigmas + "[0.3]\n");
  const Results results = load_results(file_);
  const auto setting = [&](const std::string& key) {
    const auto found = std::ranges::find(results.settings, key, &ResolvedSetting::key);
    return found == results.settings.end() ? ResolvedSetting{"none", {}, {}} : *found;
  };
  EXPECT_EQ(setting("training.epochs"), (ResolvedSetting{"training.epochs", {}, {std::int64_t{10}}}));
  EXPECT_EQ(setting("training.noise_sigma"), (ResolvedSetting{"training.noise_sigma", {0}, {0.1, 0.2, 0.3}}));
  EXPECT_EQ(setting("hardware.variation.sigma").key, "none") << "the axis says it";
}

TEST_F(SessionTest, AFileWithoutSettingsIsResumed) {
  run(kSigmas + "[0.1]\n");
  Results old = load_results(file_);
  old.settings.clear();
  save_results(file_, old);
  const Session session = open("experiment.name = \"x\"\n" + kSigmas + "[0.1, 0.2]\n");
  EXPECT_EQ(session.found(), 2U);
  EXPECT_FALSE(session.results().settings.empty());
}

TEST_F(SessionTest, CheckpointsOnlyWhatIsNewAndDue) {
  double now = 100;
  const Clock clock = [&] { return now; };
  const Experiment experiment = experiment_of(kSigmas + "[0.1]\n");
  const Plan plan = make_plan(experiment, kHashes, {});
  ModelRecord model;
  model.id = plan.models[0].id;
  Session session = open(experiment);
  session.checkpoint(30, clock);
  EXPECT_FALSE(test::fs::exists(file_)) << "nothing is new";
  session.add(model, plan, 0);
  session.checkpoint(30, clock);
  session.finish_saving();
  ASSERT_TRUE(test::fs::exists(file_));
  test::fs::remove(file_);
  session.add(model, plan, 0);
  now = 120;
  session.checkpoint(30, clock);
  session.finish_saving();
  EXPECT_FALSE(test::fs::exists(file_)) << "20 seconds are too few";
  now = 130;
  session.checkpoint(30, clock);
  session.finish_saving();
  EXPECT_TRUE(test::fs::exists(file_));
}

TEST_F(SessionTest, ACheckpointThatFailedIsReportedAtTheNextCall) {
  double now = 100;
  const Clock clock = [&] { return now; };
  const Experiment experiment = experiment_of(kSigmas + "[0.1]\n");
  const Plan plan = make_plan(experiment, kHashes, {});
  ModelRecord model;
  model.id = plan.models[0].id;
  Session session = open(experiment);
  session.save(RunStatus::running);
  test::write_text(file_, "somebody else's");
  session.add(model, plan, 0);
  session.checkpoint(30, clock);
  EXPECT_THAT(error_of([&] { session.finish_saving(); }), HasSubstr("was changed by somebody else"));
  now = 200;
  session.add(model, plan, 0);
  session.checkpoint(30, clock);
  const auto next = [&] {
    for (;;) session.checkpoint(30, clock);  // as the manager does, turn by turn
  };
  EXPECT_THAT(error_of(next), HasSubstr("was changed by somebody else"));
  EXPECT_THAT(error_of([&] { session.save(RunStatus::interrupted); }), HasSubstr("was changed by somebody else"));
  EXPECT_EQ(test::read_text(file_), "somebody else's");
}

TEST_F(SessionTest, ADamagedFileIsLeftAloneUnlessItIsAccepted) {
  run(kSigmas + "[0.1]\n");
  std::string bytes = test::read_text(file_);
  bytes[bytes.size() - 100] ^= 1;
  test::write_text(file_, bytes);
  EXPECT_THAT(refused(kSigmas + "[0.1]\n"), HasSubstr("damaged"));
  EXPECT_THAT(refused(kSigmas + "[0.1]\n", IfExists::refuse), HasSubstr("exists (allowed: --resume"));
  const Experiment experiment = experiment_of(kSigmas + "[0.1]\n");
  std::vector<std::string> warnings;
  Session session(file_, IfExists::resume, experiment, metrics_of(experiment), {{"mnist", "1a"}}, 10, {}, {},
                  {true, [&](const std::string& text) { warnings.push_back(text); }});
  EXPECT_EQ(session.found(), 2U);
  EXPECT_EQ(warnings.size(), 1U);
  session.save(RunStatus::complete);
  EXPECT_NO_THROW((void)load_results(file_)) << "it has a checksum again";
}

TEST_F(SessionTest, ADamagedFileIsReplacedWhereThatIsAskedFor) {
  run(kSigmas + "[0.1]\n");
  test::write_text(file_, test::read_text(file_) + "x");
  Session session = open(kSigmas + "[0.1]\n", IfExists::overwrite);
  session.save(RunStatus::running);
  EXPECT_NO_THROW((void)load_results(file_));
}

TEST_F(SessionTest, ALinkToNothingIsCalledSo) {
  test::fs::create_symlink("nowhere", file_);
  EXPECT_THAT(error_of([&] { (void)open(kSigmas + "[0.1]\n"); }),
              HasSubstr("(a symbolic link to nowhere, which is not there); it is left alone"));
}

TEST_F(SessionTest, ProvenanceOfEveryStartIsKept) {
  run(kSigmas + "[0.1]\n");
  Session session = open(kSigmas + "[0.1]\n");
  session.note("seconds", "1");
  session.note("seconds", "2");
  session.save(RunStatus::complete);
  const std::vector<Provenance> runs = load_results(file_).runs;
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1], (Provenance{{"seconds", "2"}, {"started", "now"}}));
}

// ---- Samples of the test images.

const std::string kSampled =
    "trials.images = \"two-stage\"\ndata.set = \"mnist\"\n[sweep]\n\"hardware.variation.sigma\" = ";

/// A design of two strata whose pilot of three chips has not told yet.
Sampling undecided() {
  return {.stratum = {0, 1, 1, 0, 1}, .pilot_chips = 3, .pilot_sizes = {2, 2}, .sizes = {}, .pilot = {}};
}

class SampledSession : public SessionTest {
 protected:
  /// Enters unit 0 of an evaluation: sums of chip i are i and i + 1, squares 10 times that; chip 1 failed.
  static void enter(Session& session, const Experiment& experiment, const EvaluationTask& task) {
    std::vector<ChipResult> chips(task.unit_chips);
    for (std::size_t i = 0; i < chips.size(); ++i) {
      const auto number = static_cast<double>(i);
      chips[i] = {std::vector<double>(values_per_chip(metrics_of(experiment)), 1), i == 1, {}};
      if (i != 1 && i < 3) chips[i].pilot_sums = {number, number + 1, 10 * number, 10 * number + 10};
    }
    session.add(chips, 1, experiment, task, 0);
  }
};

TEST_F(SampledSession, KeepsWhatThePilotToldUntilItHasDecided) {
  const Experiment experiment = experiment_of(kSampled + "[0.1, 0.2]\n", {"training.replicas=2"});
  const Plan plan = make_plan(experiment, hashes_, {});
  {
    Session session = open(experiment);
    EXPECT_FALSE(session.sampling().has_value());
    session.set_sampling(undecided());
    for (const EvaluationTask& task : plan.evaluations) enter(session, experiment, task);
    session.save(RunStatus::interrupted);
  }
  Session session = open(experiment);
  ASSERT_TRUE(session.sampling().has_value());
  const std::vector<PilotChip> pilot = session.sampling()->pilot;
  ASSERT_EQ(pilot.size(), 6U) << "three chips of the first training at two points";
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(pilot[i].point, i / 3);
    EXPECT_EQ(pilot[i].trial, i % 3);
  }
  EXPECT_TRUE(pilot[1].sums.empty()) << "it failed";
  EXPECT_EQ(pilot[2].sums, (std::vector<double>{2, 3}));
  EXPECT_EQ(pilot[2].squares, (std::vector<double>{20, 30}));
  Sampling decided = undecided();
  decided.sizes = {1, 2};
  session.set_sampling(decided);
  enter(session, experiment, plan.evaluations[0]);
  EXPECT_TRUE(session.sampling()->pilot.empty()) << "nobody asks any more";
}

TEST_F(SampledSession, PilotChipsMoveWithTheirPointWhenTheTableGrows) {
  const Experiment few = experiment_of(kSampled + "[0.1, 0.3]\n");
  {
    Session session = open(few);
    session.set_sampling(undecided());
    const Plan plan = make_plan(few, hashes_, {});
    enter(session, few, plan.evaluations[1]);  // sigma 0.3
    session.save(RunStatus::interrupted);
  }
  const Experiment more = experiment_of(kSampled + "[0.3, 0.2]\n");  // with what the file has: 0.3, 0.2, 0.1
  Session session = open(more);
  const auto place = [&](double sigma) { return find(session.table().shape.axes[0], AxisValue(sigma)).value(); };
  ASSERT_NE(place(0.3), 1U) << "it has moved";
  for (const PilotChip& chip : session.sampling()->pilot) EXPECT_EQ(chip.point, place(0.3));
  const Plan plan = make_plan(more, hashes_, {});
  enter(session, more, plan.evaluations[1]);  // sigma 0.2
  ASSERT_EQ(session.sampling()->pilot.size(), 6U);
  EXPECT_EQ(session.sampling()->pilot.back().point, place(0.2));
}

TEST_F(SampledSession, OtherImagesAreAnotherExperiment) {
  const auto with = [&](const std::string& line) {
    return line + "data.set = \"mnist\"\n[sweep]\n\"hardware.variation.sigma\" = [0.1]\n";
  };
  run(with("trials.images = 100\n"));
  for (const std::string line : {"trials.images = 101\n", "trials.images = \"two-stage\"\n", ""})
    EXPECT_THAT(refused(with(line)), HasSubstr("these differ: trials.images (allowed")) << line;
  EXPECT_NO_THROW((void)open(with("trials.images = 100\n")));
}

}  // namespace session_test
}  // namespace ohmcarlo
