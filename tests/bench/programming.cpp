// Time to program one cell (counter "each"), by law: 4 Mi cells with 2 bits, which is more than the caches hold.

#include "device/programming.hpp"

#include <algorithm>
#include <vector>

#include <benchmark/benchmark.h>

#include "device/variation.hpp"

namespace ohmcarlo {
namespace {

constexpr PlaneShape kPlane{.outputs = 2048, .inputs = 2048, .tile_rows = 512, .tile_columns = 128};

void program(benchmark::State& state, const CellModel& model) {
  std::vector<float> targets(kPlane.cells());
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i] = static_cast<float>(i * 7 % 4);
  std::vector<float> steps = targets;
  Address chip{.layer = 1};
  for (auto _ : state) {
    benchmark::DoNotOptimize(program_plane(model, kPlane, 1, chip, steps));
    benchmark::ClobberMemory();
    ++chip.trial;
    state.PauseTiming();
    std::copy(targets.begin(), targets.end(), steps.begin());
    state.ResumeTiming();
  }
  state.counters["each"] = benchmark::Counter(
      static_cast<double>(steps.size()), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// 10 % variation of the law given, on cells from 4 to 44 microsiemens.
CellModel model(VariationLaw law) {
  return {.range = {.g_min = 4e-6, .g_max = 44e-6, .top = 3},
          .variation = {.law = law,
                        .sigma = 0.1,
                        .band_factor = 2,
                        .levels = {.mean = {4e-6, 17e-6, 31e-6, 44e-6}, .sd = {1e-6, 2e-6, 2e-6, 1e-6}}}};
}

template <class Change>
CellModel gaussian_and(Change change) {
  CellModel changed = model(VariationLaw::gaussian);
  change(changed);
  return changed;
}

CellModel exact_and_defects(double rate) {
  CellModel changed = model(VariationLaw::gaussian);
  changed.variation.sigma = 0;
  changed.defects = Defects{.rate = rate};
  return changed;
}

BENCHMARK_CAPTURE(program, gaussian, model(VariationLaw::gaussian));
BENCHMARK_CAPTURE(program, proportional, model(VariationLaw::proportional));
BENCHMARK_CAPTURE(program, polynomial, model(VariationLaw::polynomial));
BENCHMARK_CAPTURE(program, lognormal, model(VariationLaw::lognormal));
/// Float weights of a VGG-8, 12.9 million of them: one Gaussian a weight, or one for each of its four cells.
void weights(benchmark::State& state, Sampler sampler) {
  std::vector<float> values(12'900'000, 0.5F);
  const Variation variation{.sigma = 0.1, .weight_bits = 8, .cell_bits = 2, .sampler = sampler};
  Address chip{.purpose = Purpose::programming};
  for (auto _ : state) {
    add_variation(variation, 1.0F, 1, chip, values);
    benchmark::ClobberMemory();
    ++chip.trial;
  }
}

BENCHMARK_CAPTURE(weights, one_gaussian, Sampler::weight)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(weights, four_cells, Sampler::cells)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(program, banded, model(VariationLaw::banded));
BENCHMARK_CAPTURE(program, table, model(VariationLaw::table));
BENCHMARK_CAPTURE(program, clip, gaussian_and([](CellModel& m) { m.clip = Clip::range; }));
BENCHMARK_CAPTURE(program, gradient, gaussian_and([](CellModel& m) { m.array.gradient_sigma = 0.05; }));
BENCHMARK_CAPTURE(program, faults_cells,
                  gaussian_and([](CellModel& m) { m.faults = {.rate = 0.01, .kind = FaultKind::mixed}; }));
BENCHMARK_CAPTURE(program, faults_count,
                  gaussian_and([](CellModel& m) { m.faults = {.rate = 0.01, .pattern = FaultPattern::count}; }));
BENCHMARK_CAPTURE(program, faults_clusters,
                  gaussian_and([](CellModel& m) { m.faults = {.rate = 0.01, .pattern = FaultPattern::clusters}; }));
BENCHMARK_CAPTURE(program, faults_rows,
                  gaussian_and([](CellModel& m) { m.faults = {.rate = 0.01, .pattern = FaultPattern::rows}; }));
BENCHMARK_CAPTURE(program, defects, exact_and_defects(0.1));
BENCHMARK_CAPTURE(program, verify_within_one_sd,
                  gaussian_and([](CellModel& m) { m.verify = WriteVerify{.tolerance = 0.1, .max_pulses = 10}; }));
BENCHMARK_CAPTURE(program, drift,
                  gaussian_and([](CellModel& m) { m.drift = Drift{.nu = 0.05, .nu_sd = 0.01, .time = 1e6}; }));

}  // namespace
}  // namespace ohmcarlo
