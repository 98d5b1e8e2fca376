// The whole chain of a network on arrays: images a second of one core, against the dense products of the same work.
//
// 784-100-10, 8-bit weights on 4 slices of 2 bits, 8-bit inputs read bit by bit, an 8-bit conversion of every column,
// slice and bit. Images are those of Fashion-MNIST where they are installed, else made ones with half of the pixels 0.

#include <algorithm>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/error.hpp"
#include "chip/array_network.hpp"
#include "data/dataset.hpp"
#include "linalg/product.hpp"
#include "network/architecture.hpp"
#include "network/operations.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kImages = 10000;

SampleSet made_images() {
  std::vector<std::uint8_t> pixels;
  std::vector<Label> labels;
  std::vector<std::uint32_t> words(kImages * 28 * 28);
  Stream(1, {.purpose = Purpose::shuffle}).words(0, words);
  for (const std::uint32_t word : words) pixels.push_back(word % 2 == 0 ? 0 : static_cast<std::uint8_t>(word >> 24));
  for (std::size_t i = 0; i < kImages; ++i) labels.push_back(static_cast<Label>(i % 10));
  return SampleSet::of_images({1, 28, 28}, std::move(pixels), std::move(labels), 10);
}

const SampleSet& images() {
  static const SampleSet set = [] {
    try {
      return load_test("fashion-mnist", find_dataset_directory("fashion-mnist", "").string());
    } catch (const Error&) {
      return made_images();
    }
  }();
  return set;
}

ArrayOptions options(Mapping mapping) {
  ArrayOptions array;
  array.format = {mapping, 8, 2};
  array.cells.range.top = array.format.top();
  array.cells.variation.sigma = 0.1;
  array.dac.coding = {.bits = 8, .read_bits = 1, .encoding = InputEncoding::automatic};
  array.adc.bits = 8;
  return array;
}

std::shared_ptr<const TrainedNetwork> untrained(const NetworkSpec& spec) {
  return std::make_shared<const TrainedNetwork>(TrainedNetwork{spec, {initial_parameters(spec, 1, 0), {}}});
}

/// Chip after chip on all test images.
void evaluate_chips(benchmark::State& state, ArrayNetwork network) {
  std::uint32_t chip = 0;
  for (auto _ : state) {
    network.program(1, 0, chip++, [] {});
    benchmark::DoNotOptimize(network.evaluate(network.test().all(), [] {}));
  }
}

void evaluate(benchmark::State& state, const ArrayOptions& array) {
  use_one_thread();
  const NetworkSpec spec = mlp(784, {100}, "relu", 10);
  static const auto test = std::make_shared<const EvaluationSet>(images());
  evaluate_chips(state, ArrayNetwork(untrained(spec), {.arrays = array}, images(), test, [] {}));
  state.counters["images/s"] =
      benchmark::Counter(static_cast<double>(images().count()), benchmark::Counter::kIsIterationInvariantRate);
}

void chain_offset(benchmark::State& state) {
  evaluate(state, options(Mapping::offset));
}
void chain_pairs(benchmark::State& state) {
  evaluate(state, options(Mapping::one_sided));
}
void chain_pairs_each_column(benchmark::State& state) {
  ArrayOptions array = options(Mapping::one_sided);
  array.adc.differential = false;
  evaluate(state, array);
}
void chain_pairs_read_noise(benchmark::State& state) {
  ArrayOptions array = options(Mapping::one_sided);
  array.read_noise = {0.06F, 0, 0};
  array.tile_rows = 128;
  evaluate(state, array);
}
void chain_pairs_exact(benchmark::State& state) {
  ArrayOptions array = options(Mapping::one_sided);
  array.adc.bits = 0;
  evaluate(state, array);
}

/// Dense products alone: every slice and bit of the first layer.
void dense_products(benchmark::State& state) {
  use_one_thread();
  constexpr Index kRows = 1024;
  const Matrix<float> x = Matrix<float>::Random(kRows, 784), w = Matrix<float>::Random(784, 400);
  Matrix<float> y(kRows, 400);
  for (auto _ : state) {
    multiply(View<const float>(x), Transpose::no, View<const float>(w), Transpose::no, View<float>(y));
    benchmark::DoNotOptimize(y.data());
  }
  state.counters["images/s"] = benchmark::Counter(kRows / 8.0, benchmark::Counter::kIsIterationInvariantRate);
}

/// Multiply-accumulates a second with one layer's weights (counter "macs"; slices and digits not counted), 8-bit
/// weights and inputs, in tiles of 128 x 128: a convolution of 16 x 16 planes against a dense layer of the same
/// weights, with as many rows.
void one_layer(benchmark::State& state, const NetworkSpec& spec, std::size_t count) {
  use_one_thread();
  const Node& layer = spec.layers.front();
  const auto inputs = static_cast<std::size_t>(spec.inputs);
  const auto made = [&](std::size_t images) {
    std::vector<std::uint8_t> pixels(images * inputs);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * i >> 5);
    return SampleSet::of_images({inputs, 1, 1}, std::move(pixels), std::vector<Label>(images),
                                static_cast<std::size_t>(spec.classes));
  };
  ArrayOptions array = options(Mapping::one_sided);
  array.tile_rows = array.tile_columns = 128;
  array.adc.range = RangeKind::maximum;
  const auto test = std::make_shared<const EvaluationSet>(made(count));
  evaluate_chips(state, ArrayNetwork(untrained(spec), {.arrays = array}, made(1), test, [] {}));
  state.counters["macs"] = benchmark::Counter(static_cast<double>(count) * static_cast<double>(layer.macs()),
                                              benchmark::Counter::kIsIterationInvariantRate);
}
void layer_dense(benchmark::State& state) {
  one_layer(state, chain_of({dense("dense1", 576, 64)}, 576, 64), 2048);
}
void layer_convolution(benchmark::State& state) {
  const Node layer = convolution("conv1", {64, 16, 16}, 64, {3, 1, 1});
  one_layer(state, chain_of({layer, global_average_pooling("pool1", layer.out().planes)}, layer.in().features, 64), 8);
}

BENCHMARK(dense_products)->Unit(benchmark::kMillisecond);
BENCHMARK(chain_offset)->Unit(benchmark::kMillisecond);
BENCHMARK(chain_pairs)->Unit(benchmark::kMillisecond);
BENCHMARK(chain_pairs_each_column)->Unit(benchmark::kMillisecond);
BENCHMARK(chain_pairs_read_noise)->Unit(benchmark::kMillisecond);
BENCHMARK(chain_pairs_exact)->Unit(benchmark::kMillisecond);
BENCHMARK(layer_dense)->Unit(benchmark::kMillisecond);
BENCHMARK(layer_convolution)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ohmcarlo
