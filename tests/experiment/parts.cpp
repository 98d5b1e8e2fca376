#include "experiment/parts.hpp"

#include <algorithm>

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace {

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

}  // namespace
}  // namespace ohmcarlo
