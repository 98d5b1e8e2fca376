#include "chip/layer_content.hpp"

#include <gtest/gtest.h>

#include "chip/group.hpp"
#include "chip/small_arrays.hpp"

namespace ohmcarlo {
namespace layer_content_test {

/// The weights [outputs, inputs] that the cells of a layer stand for, from the words of LayerContent.
Matrix<float> weights_of_cells(const LayerContent& layer) {
  Matrix<double> weights = Matrix<double>::Zero(layer.tiles.outputs, layer.tiles.inputs);
  for (const SliceContent& slice : layer.slices)
    for (Index o = 0; o < weights.rows(); ++o)
      for (Index i = 0; i < weights.cols(); ++i) {
        double level = slice.positive(i, o);
        if (slice.negative.cols() == layer.tiles.outputs && slice.negative.size() > 0)
          level -= slice.negative(i, o);
        else if (slice.negative.size() > 0)
          level -= slice.negative(i, o / layer.tiles.columns);
        if (layer.signs.size() > 0) level *= layer.signs(i, o);
        weights(o, i) += slice.scale * level;
      }
  return weights.cast<float>();
}

ArrayOptions options_for(Mapping mapping) {
  ArrayOptions options = small::exact(mapping);
  options.format.weight_bits = mapping == Mapping::mid_point || mapping == Mapping::offset ? 5 : 4;
  options.format.cell_bits = mapping == Mapping::mid_point ? 0 : 2;
  options.cells.range = {1e-6, 1e-4, options.format.top()};
  options.cells.variation.sigma = 0.05;
  options.tile_rows = 16;
  options.tile_columns = 8;
  return options;
}

TEST(LayerContent, CellsStandForTheWeightsThatTheChipComputesWith) {
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided, Mapping::mid_point, Mapping::offset}) {
    ArrayNetwork network = small::network_on(options_for(mapping), small::few_tests());
    network.program(small::kKey, 0, 5, small::kNoPoll);
    for (std::size_t i = 0; i < network.layers(); ++i) {
      const LayerContent layer = network.content(i);
      EXPECT_EQ(layer.weights, network.layer(i).read_back()) << "cells that are not kept are those of the chip";
      const float largest = layer.weights.cwiseAbs().maxCoeff();
      EXPECT_LT((weights_of_cells(layer) - layer.weights).cwiseAbs().maxCoeff(), 2e-6F * largest);
      EXPECT_EQ(layer.bias, small::trained_parameters()[i].bias);
      // Full scales: the largest cell is not far from g_max (cells of mid_point from the half of it on).
      const float top = layer.slices.front().positive.maxCoeff();
      EXPECT_GT(top, 0.75);
      EXPECT_LT(top, 1.4);
    }
  }
}

TEST(LayerContent, IsTheChipProgrammedLast) {
  ArrayNetwork network = small::network_on(options_for(Mapping::one_sided), small::few_tests());
  network.program(small::kKey, 0, 5, small::kNoPoll);
  const LayerContent first = network.content(0);
  network.program(small::kKey, 0, 6, small::kNoPoll);
  EXPECT_NE(network.content(0).slices.front().positive, first.slices.front().positive);
}

TEST(LayerContent, OfFloatWeightsHasNoCells) {
  ChipGroup chips(small::small_trained(), {.sigma = 0.2}, small::test_set(), 3);
  chips.program({small::kKey, 0, 0}, small::kNoPoll);
  const std::vector<LayerContent> layers = chips.contents(2);
  ASSERT_EQ(layers.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(layers[i].weights, chips.read_back(2, i));
    EXPECT_EQ(layers[i].bias, small::trained_parameters()[i].bias);
    EXPECT_TRUE(layers[i].slices.empty());
  }
}

}  // namespace layer_content_test
}  // namespace ohmcarlo
