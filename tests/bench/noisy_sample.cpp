// One sample of a VGG-8 (3 x 32 x 32) through arrays of 1152 x 128 cells that are read bit by bit, eight reads each,
// with the noise of paper 004's eq. 7: drawn for every cell (4.3e9 cell reads), or once a column. The group's own
// simulators took 1,460 s on a processor (XB-SIM*, 2021). "s_per_sample": of so many samples read together.

#include <algorithm>
#include <numeric>

#include <benchmark/benchmark.h>

#include "chip/array_network.hpp"
#include "linalg/product.hpp"
#include "network/architecture.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

SampleSet random_images(std::size_t count) {
  constexpr SampleShape kShape{3, 32, 32};
  std::vector<std::uint8_t> pixels(count * kShape.values());
  std::vector<float> normals(pixels.size());
  Stream(6, {.purpose = Purpose::shuffle}).normals(0, normals);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>(std::clamp(128 + 64 * normals[i], 0.0F, 255.0F));
  return SampleSet::of_images(kShape, std::move(pixels), std::vector<Label>(count), 10);
}

void noisy_sample(benchmark::State& state, ReadForm form, bool noise) {
  use_one_thread();
  const auto samples = static_cast<std::size_t>(state.range(0));
  const NetworkSpec spec = build_network({3, 32, 32}, 10, named_layers("vgg8"));
  ArrayOptions options;
  options.format = {Mapping::sign_magnitude, 7, 0};
  options.cells.range = {4e-6, 44e-6, options.format.top()};
  if (noise) options.read_noise = sd_of_fit({}, options.cells.range);
  options.read_form = form;
  options.tile_rows = 1152;
  options.tile_columns = 128;
  options.dac.coding = {.bits = 8, .read_bits = 1};
  options.adc.bits = 8;
  const auto trained = std::make_shared<const TrainedNetwork>(
      TrainedNetwork{spec, {initial_parameters(spec, 4, 0), initial_normalisations<float>(spec)}});
  ArrayNetwork network(trained, {.arrays = options}, random_images(4),
                       std::make_shared<const EvaluationSet>(random_images(samples)), [] {});
  network.program(1, 0, 0, [] {});
  std::vector<std::uint32_t> images(samples);
  std::iota(images.begin(), images.end(), 0U);
  for (auto _ : state) benchmark::DoNotOptimize(network.logits(images, [] {}).logits.data());
  state.counters["s_per_sample"] = benchmark::Counter(
      static_cast<double>(samples), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(noisy_sample, every_cell, ReadForm::cells, true)->Arg(1)->Unit(benchmark::kSecond)->Iterations(2);
BENCHMARK_CAPTURE(noisy_sample, columns, ReadForm::columns, true)
    ->Arg(1)
    ->Arg(100)
    ->Unit(benchmark::kSecond)
    ->Iterations(1);
BENCHMARK_CAPTURE(noisy_sample, no_noise, ReadForm::columns, false)
    ->Arg(1)
    ->Arg(100)
    ->Unit(benchmark::kSecond)
    ->Iterations(1);

}  // namespace
}  // namespace ohmcarlo
