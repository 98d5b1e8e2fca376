#include "chip/trained_ranges.hpp"

#include <gtest/gtest.h>

#include "network/architecture.hpp"

namespace ohmcarlo {
namespace {

/// 4-bit converters with trained ranges, and two layers trained with such.
struct TrainedRanges : testing::Test {
  TrainedRanges() {
    arrays.adc.bits = 4;
    arrays.adc.range = RangeKind::trained;
    trained = {Vector<float>::Constant(2, 0.5F), Vector<float>::Constant(2, 1), 4};
  }
  [[nodiscard]] std::string why() const { return why_not_trained(arrays, layers, trained); }

  std::vector<Node> layers = mlp(6, {5}, "relu", 3).weight_layers();
  ArrayOptions arrays;
  ConverterScales<float> trained;
};

TEST_F(TrainedRanges, FitTheConvertersTheyWereTrainedWith) {
  EXPECT_EQ(why(), "");
}

TEST_F(TrainedRanges, AreNotAskedForByOtherRanges) {
  trained = {};
  arrays.adc.range = RangeKind::calibrated;
  EXPECT_EQ(why(), "");
  arrays.adc.range = RangeKind::trained;
  arrays.adc.bits = 0;
  EXPECT_EQ(why(), "");
}

TEST_F(TrainedRanges, NeedATrainingThroughConverters) {
  trained = {};
  EXPECT_NE(why().find("trained without converters (allowed: training.method ste-adc or concrete-adc"),
            std::string::npos)
      << why();
}

TEST_F(TrainedRanges, NeedItsWidth) {
  arrays.adc.bits = 5;
  EXPECT_EQ(why(), "'hardware.adc.bits' is 5, but the network was trained with converters of 4 bits");
}

TEST_F(TrainedRanges, NeedAScaleOfEveryLayerThatHasConverters) {
  trained.adc(1) = 0;
  EXPECT_EQ(why(), "layer dense2 was trained without a converter (allowed: its number, 2, in hardware.ideal_layers)");
  arrays.ideal_layers = {-1};
  EXPECT_EQ(why(), "");
}

}  // namespace
}  // namespace ohmcarlo
