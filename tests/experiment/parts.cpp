#include "experiment/parts.hpp"

#include <algorithm>
#include <map>

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace parts_test {

/// Every point is as one that was read with nothing kept from other points, in this order and the other way round.
void expect_points_as_alone(const std::string& text) {
  const Experiment experiment = experiment_of(text);
  std::vector<std::size_t> order(experiment.points.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto compare = [&] {
    for (const std::size_t number : order) {
      PointParts fresh(parse_document(text, "a.toml", {}), experiment.shape);
      const PointParts::Pair alone = fresh.read(number);
      const Point here = experiment.points[number];
      const std::string where = here.label(experiment.shape);
      EXPECT_EQ(here.training_settings.text(), alone.model->source.identity().text()) << where;
      EXPECT_EQ(here.chip_settings.text(), alone.chip->source.identity().text()) << where;
      EXPECT_EQ(here.keys, alone.chip->source.keys() | alone.model->source.keys()) << where;
      EXPECT_EQ(here.training.noise.sigma, alone.model->training.noise.sigma) << where;
      EXPECT_EQ(here.training.noise.band_factor, alone.model->training.noise.band_factor) << where;
      EXPECT_EQ(here.hardware.variation.sigma, alone.chip->hardware.variation.sigma) << where;
      EXPECT_EQ(here.hardware.array.cells.variation.sigma, alone.chip->hardware.array.cells.variation.sigma) << where;
      EXPECT_EQ(here.network.hidden, alone.model->network.hidden) << where;
      EXPECT_EQ(here.data.name, alone.model->data.name) << where;
    }
  };
  compare();
  std::ranges::reverse(order);
  compare();
}

TEST(Parts, PointsThatShareThemAreAsIfReadAlone) {
  expect_points_as_alone(
      "data.set = \"mnist\"\n[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n"
      "\"training.method\" = [\"plain\", \"noise-injection\", \"ovf\"]\n\"network.hidden\" = [[5], [6, 7]]\n"
      "\"training.noise_sigma\" = [\"tested\", 0.3]\n");
}

// What training is told of the hardware it is tested on is nothing that it reads itself.
TEST(Parts, TestedNoiseFollowsTheHardware) {
  expect_points_as_alone(
      "data.set = \"mnist\"\ntraining.method = \"noise-injection\"\nhardware.variation.band_factor = 4.0\n[sweep]\n"
      "\"hardware.variation.model\" = [\"gaussian\", \"banded\"]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n");
  expect_points_as_alone(
      "data.set = \"mnist\"\ntraining.method = \"noise-injection\"\nhardware.adc.bits = 8\n[sweep]\n"
      "\"hardware.simulate\" = [\"weights\", \"arrays\"]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n"
      "\"hardware.faults.rate\" = [0.0, 0.1]\n");
}

TEST(Parts, NoiseOfTheHardwareFollowsAllOfIt) {
  expect_points_as_alone(
      "data.set = \"mnist\"\ntraining.method = \"noise-injection\"\nhardware.simulate = \"arrays\"\n[sweep]\n"
      "\"training.noise\" = [\"gaussian\", \"hardware\"]\n\"hardware.faults.rate\" = [0.0, 0.1]\n"
      "\"hardware.variation.sigma\" = [0.1, 0.2]\n");
}

TEST(Parts, DataFollowTheNetworkThatTakesThem) {
  expect_points_as_alone(
      "training.epochs = 1\n[sweep]\n\"data.set\" = [\"fsdd\", \"mnist\"]\n\"network.architecture\" = [\"mlp\"]\n");
  expect_points_as_alone(
      "data.set = \"fsdd\"\n[sweep]\n\"network.architecture\" = [\"lstm\", \"mlp\"]\n\"network.cells\" = [4, 5]\n");
}

// More points of one kind than are kept at once.
TEST(Parts, AreReadAgainOnceForgotten) {
  const std::string text =
      "data.set = \"mnist\"\n[sweep]\n\"hardware.variation.sigma\" = { start = 0.001, stop = 5.0, step = 0.001 }\n";
  const Experiment experiment = experiment_of(text);
  for (const std::size_t number : {0U, 4999U, 1U, 4998U, 0U})
    EXPECT_DOUBLE_EQ(experiment.points[number].hardware.variation.sigma, 0.001 * (number + 1));
}

TEST(Parts, ARefusalNamesTheFirstPointsProblem) {
  EXPECT_THAT(refused("data.set = \"mnist\"\n[sweep]\n\"network.architecture\" = [\"mlp\", \"lstm\"]\n"),
              testing::HasSubstr("the network takes sequences"));
}

// What is found depends on the point only through the axes that the part depended on; written from these words, with
// every part that was ever kept.
TEST(PartCache, FindsNothingButPartsOfTheSameValuesOnTheirAxes) {
  const Experiment many = experiment_of(
      "data.set = \"mnist\"\n[sweep]\n\"hardware.variation.sigma\" = { start = 0.01, stop = 0.60, step = 0.01 }\n");
  Shape shape;
  shape.axes = {{"a", {0.0, 1.0, 2.0}}, {"b", {0.0, 1.0, 2.0, 3.0}}, {"c", {0.0, 1.0, 2.0, 3.0, 4.0}}};
  const auto agree = [&](std::size_t one, std::size_t other, const std::vector<bool>& axes) {
    const std::vector<std::size_t> here = shape.indices(one), there = shape.indices(other);
    for (std::size_t i = 0; i < axes.size(); ++i)
      if (axes[i] && here[i] != there[i]) return false;
    return true;
  };
  struct Kept {
    std::size_t point;
    std::vector<bool> axes;
  };
  const std::vector<std::vector<bool>> patterns = {{false, true, false}, {true, false, true},  {false, false, false},
                                                   {true, true, true},   {false, false, true}, {true, true, false}};
  for (std::size_t start = 0; start < patterns.size(); ++start) {
    PartCache<ChipPart> cache(shape);
    std::map<const ChipPart*, Kept> kept;
    for (std::size_t step = 0; step < 60; ++step) {
      const std::size_t point = step * 37 % 60;
      const std::vector<bool>& axes = patterns[(start + step / 10) % patterns.size()];
      if (axes == patterns[2]) continue;  // one part for all points: nothing else would be looked for
      const std::shared_ptr<const ChipPart> part = many.parts(step).chip;
      kept[part.get()] = {point, axes};
      cache.keep(point, axes, part);
      ASSERT_NE(cache.find(point), nullptr);
      for (std::size_t other = 0; other < 60; ++other)
        if (const auto found = cache.find(other)) {
          const Kept& of = kept.at(found.get());
          ASSERT_TRUE(agree(other, of.point, of.axes))
              << "step " << step << ": point " << other << " got the part of " << of.point;
        }
    }
  }
}

}  // namespace parts_test
}  // namespace ohmcarlo
