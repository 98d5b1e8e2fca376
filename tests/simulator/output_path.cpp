#include "simulator/output_path.hpp"

#include <gtest/gtest.h>

#include "simulator/probe.hpp"

namespace ohmcarlo {
namespace output_path_test {

ArrayLayer some_layer(bool differential, Mapping mapping = Mapping::one_sided) {
  ArrayOptions options;
  options.format = {mapping, 2, 1};
  options.cells.range.top = options.format.top();
  options.tile_rows = 2;
  options.tile_columns = 2;
  options.adc.bits = 4;
  options.adc.differential = differential;
  return {options, Matrix<float>(Matrix<float>::Ones(3, 5))};
}

TEST(ConvertedArrays, AreOneForEachTileSliceAndLine) {
  EXPECT_EQ(converted_arrays(some_layer(true)).size(), 3U * 2 * 2);
  const std::vector<ArrayPlace> alone = converted_arrays(some_layer(false));
  ASSERT_EQ(alone.size(), 3U * 2 * 2 * 2);
  EXPECT_EQ(alone[1].columns, (std::vector<Index>{3, 4}));  // the negative lines of outputs 0 and 1
  EXPECT_TRUE(alone[1].negative);
  const std::vector<ArrayPlace> references = converted_arrays(some_layer(true, Mapping::offset));
  EXPECT_EQ(references.front().columns, (std::vector<Index>{0, 1, 3}));
  EXPECT_EQ(references.back().columns, (std::vector<Index>{2, 4}));
  EXPECT_EQ(references.back().row_tile, 2);
}

// Three row tiles take two levels; the first vector is in the second level while the next one enters the first.
TEST(AdderTree, TakesACycleALevelAndAddsAllRowTiles) {
  const OwnKernel kernel;
  const ArrayLayer layer = some_layer(true);
  LayerScales scales{{.bits = 1, .read_bits = 1, .full_scale = 1}, {Quantiser(4, -7, 7)}};
  const std::vector<ArrayPlace> places = converted_arrays(layer);
  AdderTree tree("tree", layer, scales, places, 2);
  std::vector<std::unique_ptr<Wires<double>>> wires;
  for (std::size_t i = 0; i < places.size(); ++i) {
    wires.push_back(std::make_unique<Wires<double>>(sc_core::sc_gen_unique_name("totals")));
    tree.sums[i](*wires.back());
  }
  Wires<float> outputs("outputs");
  Probe<float> probe("probe");
  tree.outputs(outputs);
  probe.wires(outputs);
  start();
  const auto show = [&](std::uint64_t number, double unit) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      // 1 in row tile 0, 10 in tile 1, 100 in tile 2; both slices count in their codes already.
      static const double tiles[] = {1, 10, 100};
      const std::vector<double> codes(places[i].columns.size(), unit * tiles[places[i].row_tile]);
      wires[i]->write({.number = number, .vector = {.row = static_cast<Index>(number)}, .values = codes});
      settle();  // one array after the other, at the same edge
    }
  };
  show(1, 1);
  sc_core::sc_start(1, sc_core::SC_NS);
  show(2, 2);
  finish();
  EXPECT_EQ(probe.cycles(), (std::vector<Index>{2, 3}));
  const double unit = layer.codes().unit / layer.options().format.steps_per_code();
  ASSERT_EQ(probe.seen[0].values.size(), 3U);
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_FLOAT_EQ(probe.seen[0].values[j], static_cast<float>(2 * 111 * unit));
    EXPECT_FLOAT_EQ(probe.seen[1].values[j], static_cast<float>(4 * 111 * unit));
  }
  EXPECT_EQ(probe.seen[1].bundle.vector.row, 2);
}

TEST(OutputBuffer, TakesVectorsAwayOneAfterTheOther) {
  const OwnKernel kernel;
  Wires<float> outputs("outputs"), taken("taken");
  OutputBuffer buffer("buffer", 2);
  Index handed = 0;
  Outlet outlet("outlet", [&](const VectorName& vector, std::span<const float> values) {
    handed += vector.row;
    EXPECT_EQ(values.size(), 5U);
  });
  Probe<float> probe("probe");
  buffer.outputs(outputs);
  buffer.taken(taken);
  outlet.vectors(taken);
  probe.wires(taken);
  start();
  const std::vector<float> first{1, 2, 3, 4, 5}, second{6, 7, 8, 9, 10};
  outputs.write({.number = 1, .vector = {.row = 10}, .values = first});
  sc_core::sc_start(1, sc_core::SC_NS);
  outputs.write({.number = 2, .vector = {.row = 7}, .values = second});
  finish();
  EXPECT_EQ(probe.cycles(), (std::vector<Index>{3, 6}));
  EXPECT_EQ(probe.seen[0].values, first);
  EXPECT_EQ(probe.seen[1].values, second);
  EXPECT_EQ(handed, 17);
  EXPECT_EQ(outlet.last(), 6);
  EXPECT_EQ(buffer.activity().cycles(), 6);
}

}  // namespace output_path_test
}  // namespace ohmcarlo
