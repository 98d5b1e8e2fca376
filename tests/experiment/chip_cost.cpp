#include "experiment/chip_cost.hpp"

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace chip_cost_test {

// Numbers by hand: 2 ns a cell that is drawn; 0.02 ns a multiply-accumulate of a plain dense product, 0.1 ns elsewhere.
double ratio_of(const std::vector<std::string>& sets, const std::string& text = "") {
  const Experiment experiment = experiment_of("data.set = \"mnist\"\n" + text, sets);
  return cost_ratio(experiment.parts(0));
}

TEST(CostRatio, OfADenseNetworkIsThatOfADrawAndAMultiplication) {
  EXPECT_DOUBLE_EQ(ratio_of({"network.hidden=[100]"}), 100) << "784 x 100 + 100 x 10 of both";
  EXPECT_DOUBLE_EQ(ratio_of({"network.hidden=[]"}), 100);
}

TEST(CostRatio, CountsEveryCellThatIsDrawn) {
  EXPECT_DOUBLE_EQ(ratio_of({"hardware.weight_bits=8", "hardware.cell_bits=2", "hardware.variation.sigma=0.1",
                             "hardware.variation.sampler=\"cells\""}),
                   4 * 100);
  EXPECT_DOUBLE_EQ(ratio_of({"hardware.weight_bits=8", "hardware.cell_bits=2", "hardware.variation.sigma=0.1"}), 100)
      << "one normal number stands for the four cells of a weight";
}

// conv 4: 4 x 9 weights at 26 x 26 places; then 2704 x 10 weights of a plain product.
TEST(CostRatio, OfAConvolutionIsSmaller) {
  const double draws = 36 + 27040, image = 0.1 * 36 * 676 + 0.02 * 27040;
  EXPECT_DOUBLE_EQ(
      ratio_of({"network.architecture=\"list\"", "network.layers=[\"conv 4\", \"relu\", \"dense classes\"]"}),
      2 * draws / image);
}

// Every cell that is programmed is also read, once for every part of the input that is applied.
TEST(CostRatio, OnArraysDependsOnTheReadsAlone) {
  const std::string arrays = "hardware = { simulate = \"arrays\", g_min = 1e-6, g_max = 1e-4 }\n";
  for (const std::string mapping : {"mid-point", "offset"})
    EXPECT_DOUBLE_EQ(ratio_of({"hardware.mapping=\"" + mapping + "\""}, arrays), 20) << mapping;
  EXPECT_DOUBLE_EQ(ratio_of({"hardware.weight_bits=8", "hardware.cell_bits=2"}, arrays), 20);
  EXPECT_DOUBLE_EQ(ratio_of({"hardware.dac.bits=7", "hardware.dac.serial=true", "hardware.adc.bits=8"}, arrays),
                   20.0 / 7);
}

// 784 x 100 + 100 x 10 weights: 2 ns each to program, and 0.02 ns a multiplication of an image there, 3 x that there
// and back.
TEST(Cost, OfAChipIsProgrammingAndItsImages) {
  const Experiment experiment = experiment_of("data.set = \"mnist\"\nnetwork.hidden = [100]\n");
  EXPECT_DOUBLE_EQ(chip_nanoseconds(experiment.parts(0), 0), 2 * 79400.0);
  EXPECT_DOUBLE_EQ(chip_nanoseconds(experiment.parts(0), 1000), 2 * 79400.0 + 20 * 79400.0);
}

TEST(Cost, OfATrainingGrowsWithEpochsAndPasses) {
  const auto cost = [](const std::vector<std::string>& sets) {
    const Experiment experiment = experiment_of("data.set = \"mnist\"\nnetwork.hidden = [100]\n", sets);
    return training_nanoseconds(*experiment.parts(0).model, 1000);
  };
  EXPECT_DOUBLE_EQ(cost({"training.epochs=1"}), 60 * 79400.0);
  EXPECT_DOUBLE_EQ(cost({"training.epochs=7"}), 420 * 79400.0);
  EXPECT_DOUBLE_EQ(
      cost({"training.epochs=1", "training.method=\"ovf\"", "training.noise_sigma=0.1", "training.ovf.passes=3"}),
      240 * 79400.0);
}

}  // namespace chip_cost_test
}  // namespace ohmcarlo
