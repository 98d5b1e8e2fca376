#include "simulator/recurrence.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "simulator/probe.hpp"

namespace ohmcarlo {
namespace recurrence_test {

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// Five cells on 1, 2 or 5 units, written out: c = f c + i g, h = o tanh c; E = 3 ceil(cells / units) + 2.
TEST(ElementWiseUnit, MakesCellsOfGatesInThreeCyclesAndTwoMore) {
  constexpr Index kHidden = 5;
  for (const Index units : {1, 2, 5, 9}) {
    const OwnKernel kernel;
    const LstmSpec spec{.inputs = 1, .hidden = kHidden};
    const Vector<float> bias = Vector<float>::LinSpaced(4 * kHidden, -1, 1);
    Wires<float> gates("gates"), h("h");
    ActivationTables tables("tables", spec);
    ElementWiseUnit unit("unit", spec, bias, tables, units, 2);
    Probe<float> probe("probe");
    unit.gates(gates);
    unit.h(h);
    probe.wires(h);
    start();
    std::vector<float> sums(4 * kHidden);
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] = std::sin(static_cast<float>(k));
    // Two steps of lane 0, and one of lane 1 that waits behind the first.
    gates.write({.number = 1, .vector = {.position = 0, .lane = 0}, .values = sums});
    sc_core::sc_start(1, sc_core::SC_NS);
    gates.write({.number = 2, .vector = {.position = 0, .lane = 1}, .values = sums});
    finish();
    const Index rounds = (kHidden + units - 1) / units, end = ClockedModule::now();
    EXPECT_EQ(probe.cycles(), (std::vector<Index>{3 * rounds + 2, 6 * rounds + 2})) << units;
    gates.write({.number = 3, .vector = {.position = 1, .lane = 0}, .values = sums});
    finish();
    ASSERT_EQ(probe.cycles().back(), end + 3 * rounds + 2);
    EXPECT_EQ(probe.seen[0].values, probe.seen[1].values);
    for (Index j = 0; j < kHidden; ++j) {
      const auto gate = [&](Index k) {
        return static_cast<double>(sums[static_cast<std::size_t>(k * kHidden + j)]) + double{bias(k * kHidden + j)};
      };
      double cell = 0;
      for (const std::size_t step : {0U, 2U}) {
        cell = sigmoid(gate(1)) * cell + sigmoid(gate(0)) * std::tanh(gate(2));
        EXPECT_NEAR(probe.seen[step].values[static_cast<std::size_t>(j)], sigmoid(gate(3)) * std::tanh(cell), 1e-6);
      }
    }
    EXPECT_EQ(unit.work(), 3 * 3 * kHidden);
    EXPECT_EQ(tables.work(), 3 * 5 * kHidden);
  }
}

TEST(Recurrence, PutsFramesBesideTheCellsOfTheStepBefore) {
  const OwnKernel kernel;
  const LstmSpec spec{.inputs = 1, .hidden = 2};
  Wires<float> beats("beats"), h("h");
  sc_core::sc_signal<std::uint64_t> taken("taken");
  InputBuffer buffer("buffer", 3);
  Recurrence recurrence("recurrence", spec, 2, buffer);
  Probe<float> probe("probe");
  buffer.beats(beats);
  buffer.taken(taken);
  recurrence.h(h);
  probe.wires(beats);
  start();
  for (const Index lane : {0, 1})
    for (const Index step : {0, 1})
      recurrence.offer({.position = step, .lane = lane}, std::vector<float>{static_cast<float>(10 * lane + step)});
  std::uint64_t number = 0;
  const auto give = [&](Index lane, float value) {
    const std::vector<float> cells{value, -value};
    h.write({.number = ++number, .vector = {.lane = lane}, .values = cells});
    taken.write(number);
    finish();
  };
  finish();
  give(1, 0.5F);
  give(0, 0.25F);
  taken.write(3);
  finish();
  ASSERT_EQ(probe.seen.size(), 4U);
  EXPECT_EQ(probe.seen[0].values, (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(probe.seen[1].values, (std::vector<float>{10, 0, 0}));
  EXPECT_EQ(probe.seen[2].values, (std::vector<float>{11, 0.5F, -0.5F}));
  EXPECT_EQ(probe.seen[3].values, (std::vector<float>{1, 0.25F, -0.25F}));
}

}  // namespace recurrence_test
}  // namespace ohmcarlo
