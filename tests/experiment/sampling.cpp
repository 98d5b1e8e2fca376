#include "experiment/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/bytes.hpp"
#include "experiment/refusal.hpp"
#include "statistics/sample_size.hpp"

namespace ohmcarlo {
namespace sampling_test {

using ::testing::HasSubstr;
using Kind = ImageChoice::Kind;
using Sizes = std::vector<std::uint32_t>;

const std::string kSampledData = "data.set = \"mnist\"\nnetwork.hidden = [4]\n";
const std::string kTwoStage = kSampledData + "trials.images = \"two-stage\"\n";
const std::string kSigmas = "[sweep]\n\"hardware.variation.sigma\" = ";

// ---- Which experiments take samples.

TEST(SampledExperiment, SeesWhatItAsksFor) {
  const Experiment all = experiment_of(kSampledData), two_stage = experiment_of(kTwoStage),
                   number = experiment_of(kSampledData, {"trials.images=200"});
  EXPECT_EQ(all.images, ImageChoice{});
  EXPECT_FALSE(all.kept.of_sampled_images);
  EXPECT_EQ(two_stage.images, (ImageChoice{Kind::two_stage, 0}));
  EXPECT_TRUE(two_stage.kept.of_sampled_images);
  EXPECT_EQ(number.images, (ImageChoice{Kind::number, 200}));
  EXPECT_TRUE(number.kept.of_sampled_images);
  EXPECT_TRUE(two_stage.images_note.empty());
}

TEST(SampledExperiment, IsAnotherExperimentUnlessAllAreSeen) {
  const auto hash = [](const std::vector<std::string>& sets) {
    return experiment_identity(experiment_of(kSampledData, sets), "data").hash();
  };
  EXPECT_EQ(hash({"trials.images=\"all\""}), hash({}));
  EXPECT_NE(hash({"trials.images=\"two-stage\""}), hash({}));
  EXPECT_NE(hash({"trials.images=200"}), hash({"trials.images=201"}));
}

TEST(SampledExperiment, DeploymentSeesAllAndSaysWhy) {
  const std::string steps =
      "hardware = { simulate = \"arrays\", g_min = 1e-6, g_max = 1e-4 }\ndeployment.steps = [\"in-situ\"]\n";
  const Experiment experiment = experiment_of(kTwoStage + steps);
  EXPECT_EQ(experiment.images.kind, Kind::all);
  EXPECT_FALSE(experiment.kept.of_sampled_images);
  EXPECT_THAT(experiment.images_note, HasSubstr("steps of deployment"));
  const Experiment stated = experiment_of(kSampledData + steps, {"trials.images=200"});
  EXPECT_EQ(stated.images.kind, Kind::number) << "whoever states a number gets it";
  EXPECT_TRUE(stated.images_note.empty());
}

TEST(SampledExperiment, HasOneTestSet) {
  EXPECT_THAT(refused("trials.images = \"two-stage\"\n[sweep]\n\"data.set\" = [\"mnist\", \"fashion-mnist\"]\n"),
              HasSubstr("a.toml:1: 'trials.images' draws samples of one test set, but 'data.set' is swept"));
  EXPECT_EQ(
      experiment_of("trials.images = \"all\"\n[sweep]\n\"data.set\" = [\"mnist\", \"fashion-mnist\"]\n").points.size(),
      2U);
}

TEST(SampledExperiment, NeedsFiftyRecordings) {
  const std::string speech = "data.set = \"fsdd\"\nnetwork.hidden = [4]\n";
  EXPECT_THAT(refused(speech + "trials.images = 49\n"), HasSubstr("a.toml:3: 'trials.images' is 49"));
  EXPECT_THAT(refused(speech + "trials.images = 49\n"), HasSubstr("allowed: at least 50"));
  EXPECT_EQ(experiment_of(speech + "trials.images = 50\n").images.number, 50U);
  EXPECT_EQ(experiment_of(kSampledData, {"trials.images=49"}).images.number, 49U) << "images are not recordings";
}

TEST(SampledExperiment, HasNoMoreImagesThanTheTestSet) {
  const Experiment experiment = experiment_of(kSampledData, {"trials.images=200"});
  EXPECT_NO_THROW(check_sample_size(experiment, 200));
  EXPECT_THAT(refusal([&] { check_sample_size(experiment, 199); }),
              HasSubstr("'trials.images' is 200, but the test set has 199"));
  EXPECT_NO_THROW(check_sample_size(experiment_of(kTwoStage), 10));
}

TEST(Lesson, ComesBackFromBytes) {
  Lesson lesson{Lesson::Stage::evaluates_chips, {}};
  lesson.sampling.stratum = {0, 1};
  lesson.sampling.sizes = {1, 1};
  const auto read = unpack_bytes<Lesson>(pack_bytes(lesson));
  EXPECT_EQ(read.stage, Lesson::Stage::evaluates_chips);
  EXPECT_EQ(read.sampling.stratum, lesson.sampling.stratum);
  EXPECT_EQ(read.sampling.sizes, lesson.sampling.sizes);
  const auto hardness = unpack_bytes<ImageHardness>(pack_bytes(ImageHardness{{3, 1}, 4, {0.5, 2}}));
  EXPECT_EQ(hardness.labels, (std::vector<Label>{3, 1}));
  EXPECT_EQ(hardness.classes, 4U);
  EXPECT_EQ(hardness.ranks, (std::vector<double>{0.5, 2}));
}

// ---- The beginning: strata, and the sizes of the pilot.

/// `images` of two classes in turn; of each, the first are the hardest, or the last.
ImageHardness hardness_of(std::size_t images, bool first_are_hard) {
  ImageHardness hardness{.labels = {}, .classes = 2, .ranks = {}};
  for (std::size_t i = 0; i < images; ++i) {
    hardness.labels.push_back(static_cast<Label>(i % 2));
    hardness.ranks.push_back(static_cast<double>(first_are_hard ? i / 2 : images / 2 - 1 - i / 2));
  }
  return hardness;
}

// Bands end at 2, 5, 10, 20 and 40 % of a class: of 100 images, 2, 3, 5, 10, 20 and 60.
TEST(BeginSampling, MakesStrataOfClassAndHardness) {
  const Sampling sampling = begin_sampling(experiment_of(kTwoStage), {hardness_of(200, true)});
  ASSERT_EQ(sampling.stratum.size(), 200U);
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t k = i / 2, band = (k >= 2) + (k >= 5) + (k >= 10) + (k >= 20) + (k >= 40);
    EXPECT_EQ(sampling.stratum[i], i % 2 * 6 + band) << i;
  }
  EXPECT_FALSE(sampling.is_decided());
  EXPECT_TRUE(sampling.pilot.empty());
}

// Two models that contradict each other leave all images alike, so that numbers decide; a third one's word then counts.
TEST(BeginSampling, HearsAllModelsAndNoneThatDiverged) {
  const ImageHardness up = hardness_of(200, true), down = hardness_of(200, false);
  ImageHardness diverged = up;
  diverged.ranks.clear();
  const Experiment experiment = experiment_of(kTwoStage);
  EXPECT_EQ(begin_sampling(experiment, {up, down, down}).stratum, begin_sampling(experiment, {down}).stratum);
  EXPECT_EQ(begin_sampling(experiment, {diverged, down}).stratum, begin_sampling(experiment, {down}).stratum);
  EXPECT_NE(begin_sampling(experiment, {down}).stratum, begin_sampling(experiment, {up}).stratum);
  EXPECT_EQ(begin_sampling(experiment, {diverged}).stratum, begin_sampling(experiment, {up}).stratum)
      << "nobody says anything: by number";
}

TEST(BeginSampling, GivesThePilotSixHundredAndFortyInProportionAndTwoOfEachStratum) {
  const Sampling sampling = begin_sampling(experiment_of(kTwoStage), {hardness_of(2000, true)});
  EXPECT_EQ(sampling.pilot_chips, 32U);
  EXPECT_TRUE(sampling.sizes.empty());
  // Of strata of 20, 30, 50, 100, 200, 600, thrice: 640 / 2000 of each is 6.4, 9.6, 16, 32, 64, 192.
  EXPECT_EQ(count_images(sampling.pilot_sizes), 640U);
  ASSERT_EQ(sampling.pilot_sizes.size(), 12U);
  for (const std::size_t h : {0U, 6U}) {
    EXPECT_NEAR(sampling.pilot_sizes[h], 6.4, 1);
    EXPECT_NEAR(sampling.pilot_sizes[h + 1], 9.6, 1);
    EXPECT_EQ(sampling.pilot_sizes[h + 5], 192U);
  }
  const Sampling large = begin_sampling(experiment_of(kTwoStage), {hardness_of(100000, true)});
  EXPECT_EQ(count_images(large.pilot_sizes), 640U);
  for (const std::uint32_t size : large.pilot_sizes) EXPECT_GE(size, 2U);
  const Sampling small = begin_sampling(experiment_of(kTwoStage), {hardness_of(200, true)});
  EXPECT_EQ(small.pilot_sizes, (Sizes{2, 3, 5, 10, 20, 60, 2, 3, 5, 10, 20, 60})) << "all of a small set";
}

TEST(BeginSampling, TheirPilotHasNoMoreChipsThanTheExperiment) {
  const std::vector<ImageHardness> models = {hardness_of(200, true)};
  EXPECT_EQ(begin_sampling(experiment_of(kTwoStage, {"trials.count=20"}), models).pilot_chips, 20U);
  EXPECT_EQ(begin_sampling(experiment_of(kTwoStage, {"trials.count=33"}), models).pilot_chips, 32U);
  EXPECT_EQ(begin_sampling(experiment_of(kTwoStage, {"trials.until.half_width=0.01", "trials.until.min=8"}), models)
                .pilot_chips,
            32U);
}

TEST(BeginSampling, ANumberNeedsNoPilot) {
  const Sampling sampling = begin_sampling(experiment_of(kSampledData, {"trials.images=40"}), {hardness_of(400, true)});
  EXPECT_TRUE(sampling.is_decided());
  EXPECT_EQ(sampling.pilot_chips, 0U);
  EXPECT_TRUE(sampling.pilot_sizes.empty());
  // Of strata of 4, 6, 10, 20, 40, 120: a tenth of each, one at least.
  EXPECT_EQ(count_images(sampling.sizes), 40U);
  ASSERT_EQ(sampling.sizes.size(), 12U);
  EXPECT_EQ(sampling.sizes[2], 1U);
  EXPECT_EQ(sampling.sizes[3], 2U);
  EXPECT_EQ(sampling.sizes[4], 4U);
  // 6 bands of 2 classes are more than half of 20 images: 10 bands of all images.
  const Sampling few = begin_sampling(experiment_of(kSampledData, {"trials.images=20"}),
                                      {{std::vector<Label>(400, 0), 0, std::vector<double>(400, 1)}});
  EXPECT_EQ(few.sizes, Sizes(10, 2));
}

// ---- The decision.

/// 10,000 images: 6,000 that every chip gets right, 4,000 of which a chip gets a share right that varies between chips.
class Decision : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kCounts[2] = {6000, 4000}, kPilot[2] = {384, 256};

  static Experiment experiment_for(const std::string& sigmas, const std::vector<std::string>& sets = {}) {
    return experiment_of(kTwoStage + kSigmas + sigmas + "\n", sets);
  }
  static Plan plan_of(const Experiment& experiment) { return make_plan(experiment, {{"mnist", "hash"}}, {}); }

  static Sampling undecided() {
    Sampling sampling;
    sampling.stratum.assign(kCounts[0], 0);
    sampling.stratum.resize(10000, 1);
    sampling.pilot_chips = 32;
    sampling.pilot_sizes = {kPilot[0], kPilot[1]};
    return sampling;
  }
  /// Chip `trial` gets 0.5 +- distance of the second stratum right.
  static PilotChip chip(std::uint64_t point, std::uint32_t trial, double distance) {
    const double right = std::round(kPilot[1] * (0.5 + (trial % 2 == 0 ? distance : -distance)));
    return {point, trial, {kPilot[0], right}, {kPilot[0], right}};
  }
  static void add_pilot(Sampling& sampling, std::uint64_t point, double distance) {
    for (std::uint32_t trial = 0; trial < sampling.pilot_chips; ++trial)
      sampling.pilot.push_back(chip(point, trial, distance));
  }
  static Sizes decide(Sampling sampling, const Experiment& experiment) {
    decide_sizes(sampling, experiment, plan_of(experiment), TablePoints(experiment.shape, experiment.shape));
    EXPECT_TRUE(sampling.pilot.empty()) << "forgotten";
    EXPECT_EQ(sampling.pilot_sizes, (Sizes{kPilot[0], kPilot[1]}));
    return sampling.sizes;
  }
};

// By hand: the chips' variance is (0.4 distance)^2, of which the choice of images makes a part; the second stratum's is
// p (1 - p) - distance^2 in a chip. The work (S^2 + V(n)) (r + n) is within a hundredth of the least of all n.
TEST_F(Decision, MakesTheMeanOfAFixedNumberOfChipsCheap) {
  for (const auto& [sampler, ratio] : {std::pair<std::string, double>{"weight", 100}, {"cells", 400}}) {
    const Experiment experiment = experiment_for(
        "[0.1]", {"hardware.variation.sampler=\"" + sampler + "\"", "hardware.weight_bits=8", "hardware.cell_bits=2"});
    Sampling sampling = undecided();
    const double distance = 12.0 / 256;
    add_pilot(sampling, 0, distance);
    const Sizes sizes = decide(sampling, experiment);
    const double within = (0.25 - distance * distance) * 256 / 255, weight = 0.4;
    const auto variance = [&](double n) { return weight * weight * within * (1 / n - 1.0 / kCounts[1]); };
    const double between = std::pow(weight * distance, 2) * 32 / 31 - variance(kPilot[1]);
    const double spread[2] = {0.02, 0.52};
    const double share = 4000 * spread[1] / (6000 * spread[0] + 4000 * spread[1]);
    const auto work = [&](double n) { return (between + variance(n * share)) * (ratio + n); };
    double least = work(60);
    for (double n = 60; n < 10000; ++n) least = std::min(least, work(n));
    EXPECT_LE(work(count_images(sizes)), 1.01 * least) << sampler << ", " << count_images(sizes) << " images";
    EXPECT_NEAR(sizes[1], share * count_images(sizes), 1.5);
    EXPECT_LE(work(count_images(sizes)), 0.9 * std::min(work(60), work(3000))) << "it matters";
  }
}

TEST_F(Decision, TakesAllImagesWhereTheChipsAreAlike) {
  Sampling sampling = undecided();
  for (std::uint32_t trial = 0; trial < 32; ++trial) sampling.pilot.push_back(chip(0, trial, 0));
  EXPECT_EQ(decide(sampling, experiment_for("[0.1]")), (Sizes{6000, 4000}));
}

TEST_F(Decision, DoesNotDependOnTheOrderOfThePilot) {
  const Experiment experiment = experiment_for("[0.1, 0.2]");
  Sampling sampling = undecided();
  add_pilot(sampling, 0, 0.1);
  add_pilot(sampling, 1, 0.3);
  const Sizes expected = decide(sampling, experiment);
  std::ranges::reverse(sampling.pilot);
  EXPECT_EQ(decide(sampling, experiment), expected);
}

// Chips without errors are all the same, and those of other trainings are no pilot: nobody asks for either.
TEST_F(Decision, IsMadeByTheFirstTrainingAtPointsWithRandomness) {
  Sampling sampling = undecided();
  add_pilot(sampling, 0, 0.2);
  const Sizes expected = decide(sampling, experiment_for("[0.1]"));
  EXPECT_EQ(decide(sampling, experiment_for("[0.1, 0.0]", {"training.replicas=3"})), expected);
  std::size_t pilots = 0;
  for (const EvaluationTask& task : plan_of(experiment_for("[0.1, 0.0]", {"training.replicas=3"})).evaluations)
    pilots += joins_pilot(task) ? 1 : 0;
  EXPECT_EQ(pilots, 1U);
}

TEST_F(Decision, FindsPointsByTheirPlaceInTheTable) {
  const Experiment experiment = experiment_for("[0.2]"), earlier = experiment_for("[0.1, 0.2]");
  Sampling sampling = undecided();
  add_pilot(sampling, 0, 0.01);
  add_pilot(sampling, 1, 0.2);
  Sampling alone = undecided();
  add_pilot(alone, 0, 0.2);
  decide_sizes(sampling, experiment, plan_of(experiment), TablePoints(earlier.shape, experiment.shape));
  EXPECT_EQ(sampling.sizes, decide(alone, experiment));
}

TEST_F(Decision, GoesOnWithoutChipsThatFailedButNotWithoutTheirWord) {
  const Experiment experiment = experiment_for("[0.1]");
  Sampling sampling = undecided();
  add_pilot(sampling, 0, 0.2);
  Sampling failed = sampling;
  for (const std::size_t i : {4U, 5U}) failed.pilot[i].sums = failed.pilot[i].squares = {};
  const Sizes expected = decide(sampling, experiment), sizes = decide(failed, experiment);
  for (const std::size_t h : {0U, 1U}) EXPECT_NEAR(sizes[h], expected[h], 0.1 * expected[h]);
  sampling.pilot.erase(sampling.pilot.begin() + 7);
  EXPECT_THROW((void)decide(sampling, experiment), std::logic_error) << "a pilot that is not complete decides nothing";
}

TEST_F(Decision, IsAllImagesIfNothingIsKnown) {
  Sampling sampling = undecided();
  for (std::uint32_t trial = 0; trial < 32; ++trial) sampling.pilot.push_back({0, trial, {}, {}});
  EXPECT_EQ(decide(sampling, experiment_for("[0.1]")), (Sizes{6000, 4000}));
  EXPECT_EQ(decide(undecided(), experiment_for("[0.0]")), (Sizes{6000, 4000})) << "no point takes part";
}

// A loose target is met by the fewest chips whatever the sample: then the fewest images are cheapest.
TEST_F(Decision, KnowsHowWellTheMeanIsToBeKnown) {
  Sampling sampling = undecided();
  add_pilot(sampling, 0, 0.05);
  const auto images = [&](const std::string& half_width) {
    return count_images(
        decide(sampling, experiment_for("[0.1]", {"trials.until.half_width=" + half_width, "trials.until.min=8"})));
  };
  EXPECT_LE(images("0.05"), 64U);
  EXPECT_GT(images("0.001"), 100U);
}

// t(.975, 4999) = 1.960439: the interval of the most chips there may be, and no fewer chips than the pilot has. Around
// this half-width the work depends on both.
TEST_F(Decision, IsMadeForTheIntervalThatIsAskedFor) {
  Sampling sampling = undecided();
  add_pilot(sampling, 0, 0.0625);
  std::vector<std::vector<StratumSums>> sums;
  for (const PilotChip& each : sampling.pilot)
    sums.push_back({{kPilot[0], each.sums[0], each.squares[0]}, {kPilot[1], each.sums[1], each.squares[1]}});
  const std::vector<PilotPoint> points = {digest_pilot(kCounts, sums, true, 100)};
  const auto sizes = [&](double t, double min) {
    return design_sample(kCounts, points, kPilot, {.half_width = 0.0112, .t = t, .min = min}).sizes;
  };
  const Sizes decided = decide(sampling, experiment_for("[0.1]", {"trials.until.half_width=0.0112",
                                                                  "trials.until.min=8", "trials.until.max=5000"}));
  EXPECT_EQ(decided, sizes(1.960439, 32));
  EXPECT_NE(decided, sizes(1.6, 32)) << "the test sees a difference";
  EXPECT_NE(decided, sizes(1.960439, 8)) << "the test sees a difference";
}

// Losses are no shares: what varies in both strata is looked at in both, however far from 0..1 its mean lies.
TEST_F(Decision, TakesTheSpreadOfLossesAsItIs) {
  Sampling sampling = undecided();
  for (std::uint32_t trial = 0; trial < 32; ++trial) {
    const double first = trial % 2 == 0 ? 2 : 2.5, second = first + 3;  // means of a stratum; its variances 4 and 0.01
    sampling.pilot.push_back({0,
                              trial,
                              {kPilot[0] * first, kPilot[1] * second},
                              {kPilot[0] * (first * first + 4), kPilot[1] * (second * second + 0.01)}});
  }
  const Sizes sizes =
      decide(sampling, experiment_for("[0.1]", {"trials.until.half_width=0.01", "trials.until.metric=\"loss\""}));
  EXPECT_GT(sizes[0], 5 * sizes[1]);
}

}  // namespace sampling_test
}  // namespace ohmcarlo
