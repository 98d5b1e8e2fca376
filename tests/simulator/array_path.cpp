#include "simulator/array_path.hpp"

#include <gtest/gtest.h>

#include "simulator/probe.hpp"

namespace ohmcarlo {
namespace array_path_test {

TEST(Crossbar, ShowsTheSumsOfItsRowTileAfterARead) {
  const OwnKernel kernel;
  ArrayOptions options;
  options.format = {Mapping::one_sided, 2, 0};
  options.cells.range.top = options.format.top();
  options.tile_rows = 2;
  Matrix<float> weights(2, 3);
  weights << 3, 1, -2, -1, 0, 3;
  const ArrayLayer layer(options, weights);
  const ChipKey chip;
  Wires<float> digits("digits"), sums("sums");
  Crossbar crossbar("crossbar", layer, {.bits = 2, .read_bits = 1}, chip, 0, 4);
  Probe<float> probe("probe");
  crossbar.digits(digits);
  crossbar.sums(sums);
  probe.wires(sums);
  start();
  const std::vector<float> both{1, 1}, second{0, 1};
  digits.write({.number = 1, .read = 0, .values = both});
  sc_core::sc_start(4, sc_core::SC_NS);
  digits.write({.number = 2, .read = 1, .values = second});  // at the edge at which the first read ends
  finish();
  EXPECT_EQ(probe.cycles(), (std::vector<Index>{4, 8}));
  EXPECT_EQ(probe.seen[0].values, (std::vector<float>{4, -1}));
  EXPECT_EQ(probe.seen[1].values, (std::vector<float>{1, 0}));
  EXPECT_EQ(crossbar.activity().cycles(), 8);
}

// Five columns, two converters; a column without current is converted as any other.
TEST(Converters, TakeTurnsAtTheColumnsThatAreHeld) {
  const OwnKernel kernel;
  Wires<float> sums("sums"), held("held"), codes("codes");
  SampleAndHold hold("hold", {1, 2, 3, 4, 6}, 9);
  Converters adc("adc", std::vector<Quantiser>(5, Quantiser(3, -6, 6)), 2);  // a step is 2
  Probe<float> probe("probe");
  hold.sums(sums);
  hold.held(held);
  adc.held(held);
  adc.codes(codes);
  probe.wires(codes);
  start();
  std::vector<float> row{9, 4.2F, -3.1F, 0, 100, 9, 1.5F};
  sums.write({.number = 1, .read = 2, .values = row});
  settle();
  std::fill(row.begin(), row.end(), 0.0F);  // what was sampled is held
  finish();
  EXPECT_EQ(probe.cycles(), (std::vector<Index>{1, 2, 3}));
  std::vector<float> all;
  for (const auto& seen : probe.seen) all.insert(all.end(), seen.values.begin(), seen.values.end());
  EXPECT_EQ(all, (std::vector<float>{2, -2, 0, 3, 1}));
  EXPECT_EQ(probe.seen[1].bundle.first, 2);
  EXPECT_FALSE(probe.seen[1].bundle.last);
  EXPECT_TRUE(probe.seen[2].bundle.last);
  EXPECT_EQ(adc.activity().cycles(), 3);
  EXPECT_EQ(adc.work(), 5);
  EXPECT_EQ(hold.activity().cycles(), 9);
}

// Two reads of a slice that counts 4: 4 (1 a + 2 b).
TEST(ShiftAdd, GivesItsSumsACycleAfterTheLastCode) {
  const OwnKernel kernel;
  Wires<float> codes("codes");
  Wires<double> sums("sums");
  ShiftAdd shift_add("shift_add", {.bits = 2, .read_bits = 1}, 4, 3);
  Probe<double> probe("probe");
  shift_add.codes(codes);
  shift_add.sums(sums);
  probe.wires(sums);
  start();
  std::uint64_t number = 0;
  for (int vector = 0; vector < 2; ++vector)
    for (int read = 0; read < 2; ++read) {
      const std::vector<float> first{1, static_cast<float>(read)}, last{static_cast<float>(-3 + vector)};
      codes.write({.number = ++number, .read = read, .first = 0, .values = first});
      sc_core::sc_start(1, sc_core::SC_NS);
      codes.write({.number = ++number, .read = read, .first = 2, .last = true, .values = last});
      sc_core::sc_start(1, sc_core::SC_NS);
    }
  finish();
  EXPECT_EQ(probe.cycles(), (std::vector<Index>{4, 8}));
  EXPECT_EQ(probe.seen[0].values, (std::vector<double>{12, 8, -36}));
  EXPECT_EQ(probe.seen[1].values, (std::vector<double>{12, 8, -24}));
  EXPECT_EQ(shift_add.activity().cycles(), 8);
}

}  // namespace array_path_test
}  // namespace ohmcarlo
