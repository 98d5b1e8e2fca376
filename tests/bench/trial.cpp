// One trial of the quickstart (program a chip, 784-100-10, 10,000 images) against the bare products of the same work.

#include <algorithm>

#include <benchmark/benchmark.h>

#include "chip/group.hpp"
#include "data/dataset.hpp"
#include "linalg/product.hpp"
#include "network/architecture.hpp"

namespace {

using namespace ohmcarlo;

constexpr Index kImages = 10000;
constexpr Index kInputs = 784;
constexpr Index kHidden = 100;
constexpr Index kClasses = 10;

const Variation kVariation{.sigma = 0.1, .weight_bits = 8, .cell_bits = 2, .sampler = Sampler::weight};

SampleSet fashion_mnist() {
  return load_test("fashion-mnist", find_dataset_directory("fashion-mnist", ""));
}

/// Per chip: oneDNN's two products, nothing else, all images at once. The yardstick.
void bare_products(benchmark::State& state) {
  use_one_thread();
  const SampleSet images = fashion_mnist();
  Matrix<float> x(kImages, kInputs);
  for (Index i = 0; i < x.size(); ++i)
    x.data()[i] = static_cast<float>(images.pixels()[static_cast<std::size_t>(i)]) / 255.0F;
  const Matrix<float> w1 = Matrix<float>::Random(kHidden, kInputs);
  const Matrix<float> w2 = Matrix<float>::Random(kClasses, kHidden);
  Matrix<float> hidden(kImages, kHidden);
  Matrix<float> logits(kImages, kClasses);
  for (auto _ : state) {
    multiply(View<const float>(x), Transpose::no, View<const float>(w1), Transpose::yes, View<float>(hidden));
    multiply(View<const float>(hidden), Transpose::no, View<const float>(w2), Transpose::yes, View<float>(logits));
    benchmark::DoNotOptimize(logits.data());
  }
  state.counters["s_per_chip"] = benchmark::Counter(static_cast<double>(state.iterations()),
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(bare_products)->Unit(benchmark::kMillisecond)->MinTime(2);

std::shared_ptr<const TrainedNetwork> quickstart_network() {
  const NetworkSpec spec = mlp(kInputs, {kHidden}, "relu", kClasses);
  return std::make_shared<const TrainedNetwork>(TrainedNetwork{spec, {initial_parameters(spec, 1, 0), {}}});
}

/// Whole trials, eight chips at a time: programming, forward passes, metrics.
void trials(benchmark::State& state) {
  use_one_thread();
  const auto images = std::make_shared<const EvaluationSet>(fashion_mnist());
  std::uint32_t trial = 0;
  for (auto _ : state) {
    ChipGroup group(quickstart_network(), kVariation, images, kChipsPerGroup);
    group.program({1, 0, trial}, [] {});
    trial += kChipsPerGroup;
    benchmark::DoNotOptimize(group.evaluate(images->all(), [] {}));
  }
  state.counters["s_per_chip"] = benchmark::Counter(static_cast<double>(state.iterations() * kChipsPerGroup),
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["density"] = images->packed(images->all()).density();
}
BENCHMARK(trials)->Unit(benchmark::kMillisecond)->MinTime(2);

/// Programming alone: the weights of eight chips.
void programming(benchmark::State& state) {
  const auto images = std::make_shared<const EvaluationSet>(fashion_mnist());
  ChipGroup group(quickstart_network(), kVariation, images, kChipsPerGroup);
  for (auto _ : state) group.program({1, 0, 0}, [] {});
  state.counters["s_per_chip"] = benchmark::Counter(static_cast<double>(state.iterations() * kChipsPerGroup),
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(programming)->Unit(benchmark::kMillisecond);

}  // namespace
