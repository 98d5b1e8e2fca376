#include "simulator/input_path.hpp"

#include <gtest/gtest.h>

#include "simulator/probe.hpp"

namespace ohmcarlo {
namespace input_path_test {

constexpr InputCoding kCoding{.bits = 4, .read_bits = 1, .encoding = InputEncoding::sign_magnitude, .full_scale = 7};

ArrayLayer some_layer() {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 2, 1};
  options.cells.range.top = options.format.top();
  options.tile_rows = 3;
  options.tile_columns = 2;
  return {options, Matrix<float>(Matrix<float>::Ones(5, 4))};
}

TEST(InputBuffer, BringsAVectorWhenTheOneBeforeIsTaken) {
  const OwnKernel kernel;
  Wires<float> beats("beats");
  sc_core::sc_signal<std::uint64_t> taken("taken");
  InputBuffer buffer("buffer", 2);
  Probe<float> probe("probe");
  buffer.beats(beats);
  buffer.taken(taken);
  probe.wires(beats);
  start();
  buffer.store({.image = 4}, std::vector<float>{1, 2, 3});
  buffer.store({.image = 9}, std::vector<float>{4, 5, 6});
  finish();
  EXPECT_EQ(probe.cycles(), (std::vector<Index>{1, 2}));
  EXPECT_EQ(probe.seen[1].values, (std::vector<float>{3}));
  EXPECT_TRUE(probe.seen[1].bundle.last);
  EXPECT_EQ(probe.seen[1].bundle.first, 2);
  taken.write(1);
  finish();
  EXPECT_EQ(probe.cycles(), (std::vector<Index>{1, 2, 3, 4}));
  EXPECT_EQ(probe.seen[2].bundle.vector.image, 9U);
  EXPECT_EQ(buffer.activity().cycles(), 4);
}

// The second row tile has the last of four inputs: 5 = 101, and -6 = -(110), lowest bit first.
TEST(SerialDac, AppliesTheDigitsOfItsRowsOneAStage) {
  const OwnKernel kernel;
  const ArrayLayer layer = some_layer();
  Wires<float> beats("beats"), digits("digits");
  sc_core::sc_signal<std::uint64_t> taken("taken");
  SerialDac dac("dac", layer, kCoding, 1, 2, 6);
  Probe<float> probe("probe");
  dac.beats(beats);
  dac.digits(digits);
  dac.taken(taken);
  probe.wires(digits);
  start();
  const std::vector<float> first{7, 7}, second{7, 5}, other{1, 2, 3, -6};
  beats.write({.number = 1, .first = 0, .values = first});
  finish();
  EXPECT_TRUE(probe.seen.empty());
  beats.write({.number = 2, .vector = {.image = 3}, .first = 2, .last = true, .values = second});
  sc_core::sc_start(1, sc_core::SC_NS);
  EXPECT_EQ(taken.read(), 1U);
  beats.write({.number = 3, .vector = {.image = 4}, .first = 0, .last = true, .values = other});
  finish();
  EXPECT_EQ(probe.cycles(), (std::vector<Index>{0, 6, 12, 18, 24, 30}));
  std::vector<float> applied;
  for (const auto& seen : probe.seen) applied.insert(applied.end(), seen.values.begin(), seen.values.end());
  EXPECT_EQ(applied, (std::vector<float>{1, 0, 1, 0, -1, -1}));
  EXPECT_EQ(probe.seen[2].bundle.read, 2);
  EXPECT_EQ(probe.seen[3].bundle.vector.image, 4U);
  EXPECT_EQ(dac.activity().cycles(), 6 * 2);
  EXPECT_EQ(arrays_of_row_tile(layer), 3 * 2 * 2);  // column tiles, slices, polarities
  EXPECT_EQ(dac.work(), 6 * 2 * 12);
}

}  // namespace input_path_test
}  // namespace ohmcarlo
