// Chips on the first device of CUDA: 784-100-10, chip and 10,000 images, against cuBLAS's products of the same sizes
// alone. tests/bench/gpu/torch_chips.py does the same work in torch.

#include <memory>
#include <random>

#include <benchmark/benchmark.h>

#include "gpu/chip_maker.hpp"
#include "gpu/device_pass.hpp"
#include "gpu_device.hpp"
#include "network/architecture.hpp"

namespace {

using namespace ohmcarlo;

constexpr Index kImages = 10000, kInputs = 784, kHidden = 100, kClasses = 10;
constexpr double kFlop = 2.0 * (kInputs + kClasses) * kHidden * kImages;  ///< of a chip

std::shared_ptr<const EvaluationSet> random_images() {
  std::mt19937 bits(1);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kImages * kInputs));
  for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(bits() % 256);
  std::vector<Label> labels(static_cast<std::size_t>(kImages));
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<Label>(i % kClasses);
  return std::make_shared<const EvaluationSet>(
      SampleSet::of_images({1, 28, 28}, std::move(pixels), std::move(labels), kClasses));
}

void count(benchmark::State& state, double chips_at_once, double flop_of_chip) {
  const double chips = chips_at_once * static_cast<double>(state.iterations());
  state.counters["chips/s"] = benchmark::Counter(chips, benchmark::Counter::kIsRate);
  state.counters["flop/s"] = benchmark::Counter(chips * flop_of_chip, benchmark::Counter::kIsRate);
}

/// Whole trials: programming, passes, tallies.
void chips(benchmark::State& state) {
  const std::shared_ptr<gpu::Device> device = device_or_skip(state);
  if (!device) return;
  const NetworkSpec spec = mlp(kInputs, {kHidden}, "relu", kClasses);
  const auto network =
      std::make_shared<const TrainedNetwork>(TrainedNetwork{spec, {initial_parameters(spec, 1, 0), {}}});
  const auto images = random_images();
  gpu::ChipMaker maker(device);
  const Index at_once = state.range(0);
  const auto made = maker.make(network, {.sigma = 0.1, .weight_bits = 8, .cell_bits = 2}, images, at_once);
  std::uint32_t trial = 0;
  for (auto _ : state) {
    made->program({1, 0, trial}, [] {});
    benchmark::DoNotOptimize(made->evaluate(images->all(), [] {}));
    trial += static_cast<std::uint32_t>(at_once);
  }
  count(state, static_cast<double>(at_once), kFlop);
}
BENCHMARK(chips)->Arg(8)->Arg(64)->UseRealTime();

/// The first layer's product alone, in the shape of a batch: the arithmetic limit of the same run.
void products(benchmark::State& state) {
  const std::shared_ptr<gpu::Device> device = device_or_skip(state);
  if (!device) return;
  const gpu::GroupShape shape;
  const gpu::DeviceArray<float> x(device, shape.rows * kInputs), weights(device, shape.chips * kHidden * kInputs);
  const gpu::DeviceArray<float> y(device, shape.rows * shape.chips * kHidden);
  constexpr int kCalls = 100;
  for (auto _ : state) {
    for (int i = 0; i < kCalls; ++i)
      device->launch(
          gpu::Products{x.data(), weights.data(), y.data(), shape.rows, shape.chips, kHidden, kInputs, true});
    (void)y.download(0, 1);
  }
  count(state, static_cast<double>(shape.chips * shape.rows) / kImages * kCalls, 2.0 * kInputs * kHidden * kImages);
}
BENCHMARK(products)->UseRealTime();

}  // namespace
