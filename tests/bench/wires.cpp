// Time to solve an array with wire resistance, and for every further input. Arguments: rows, columns.

#include "crossbar/wires.hpp"

#include <random>

#include <benchmark/benchmark.h>

namespace ohmcarlo {
namespace {

constexpr WireOptions kWires{.row_ohm = 1, .column_ohm = 1, .driver_ohm = 10, .sense_ohm = 10};

/// Cells between 10 and 100 kilo-ohm.
Matrix<double> cells(Index rows, Index columns) {
  std::mt19937 bits(1);
  Matrix<double> g(rows, columns);
  for (double& x : g.reshaped()) x = 1e-5 + 9e-5 * static_cast<double>(bits()) * 0x1p-32;
  return g;
}

void solve(benchmark::State& state) {
  const Matrix<double> g = cells(state.range(0), state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(WiredArray(g, kWires));
}
BENCHMARK(solve)
    ->Args({64, 64})
    ->Args({128, 128})
    ->Args({1152, 128})
    ->Args({128, 1152})
    ->Args({512, 512})
    ->Unit(benchmark::kMillisecond);

void one_input(benchmark::State& state) {
  const Matrix<double> g = cells(state.range(0), state.range(1));
  const WiredArray array(g, kWires);
  const Matrix<double> volts = Matrix<double>::Constant(1, g.rows(), 0.2);
  for (auto _ : state) benchmark::DoNotOptimize(array.currents(volts));
}
BENCHMARK(one_input)->Args({64, 64})->Args({128, 128})->Args({1152, 128})->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ohmcarlo
