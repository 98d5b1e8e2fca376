// Speed of convolutional networks on one core. "ratio" is the share of the rate of a large fp32 product that the same
// run reaches ("GEMM_GFLOPS", measured in turns), counting two operations a multiply-accumulate and three times as
// many for a training step.

#include "network/network.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include <benchmark/benchmark.h>

#include "chip/weight_chips.hpp"
#include "linalg/product.hpp"
#include "network/architecture.hpp"
#include "network/folding.hpp"
#include "network/loss.hpp"
#include "random/stream.hpp"
#include "shortest.hpp"

namespace ohmcarlo {
namespace {

double time_of(const std::function<void()>& run) {
  const double start = seconds();
  run();
  return seconds() - start;
}

Matrix<float> random_matrix(Index rows, Index cols) {
  Matrix<float> m(rows, cols);
  Stream(1, {.purpose = Purpose::shuffle}).normals(0, {m.data(), static_cast<std::size_t>(m.size())});
  return m;
}

/// Runs `run`, which does `macs` multiply-accumulates, in turns with the product. The ratio is that of shortest times:
/// a neighbour on the processor makes both slower, but not at once.
void against_product(benchmark::State& state, double macs, const std::function<void()>& run) {
  use_one_thread();
  constexpr Index kSize = 1536;
  const Matrix<float> a = random_matrix(kSize, kSize), b = random_matrix(kSize, kSize);
  Matrix<float> c(kSize, kSize);
  double ours = std::numeric_limits<double>::infinity(), product = ours;
  for (auto _ : state) {
    for (int i = 0; i < 3; ++i)
      product = std::min(product, time_of([&] { multiply(a, Transpose::no, b, Transpose::yes, c); }));
    ours = std::min(ours, time_of(run));
  }
  const double product_rate = 2.0 * kSize * kSize * kSize / product, rate = 2 * macs / ours;
  state.counters["GEMM_GFLOPS"] = product_rate * 1e-9;
  state.counters["GFLOPS"] = rate * 1e-9;
  state.counters["ratio"] = rate / product_rate;
  state.counters["seconds"] = ours;
}

/// A named network for images of 3 x 32 x 32 in ten classes.
NetworkSpec named(const std::string& name) {
  return build_network({3, 32, 32}, 10, named_layers(name));
}

double macs(const NetworkSpec& spec) {
  double sum = 0;
  for (const Node& layer : spec.layers)
    if (layer.has_weights()) sum += static_cast<double>(layer.macs());
  return sum;
}

/// Argument: images at once.
void inference(benchmark::State& state, const std::string& name, bool folded) {
  NetworkSpec spec = named(name);
  NetworkState<float> network_state{initial_parameters(spec, 1, 0), initial_normalisations<float>(spec)};
  if (folded) {
    Folded<float> without = fold(spec, network_state);
    spec = without.spec;
    network_state = {without.parameters, {}};
  }
  const Network<float> network(spec);
  const MatrixPass<float> pass(network_state.parameters, network_state.normalisations.evaluated());
  const Matrix<float> x = random_matrix(state.range(0), spec.inputs);
  Activations<float> activations;
  against_product(state, macs(spec) * static_cast<double>(state.range(0)),
                  [&] { (void)network.forward(x, pass.weights(), activations); });
}
BENCHMARK_CAPTURE(inference, vgg8, "vgg8", false)->Arg(16)->Arg(64)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK_CAPTURE(inference, vgg8_folded, "vgg8", true)->Arg(64)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK_CAPTURE(inference, resnet18, "resnet18", false)->Arg(64)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK_CAPTURE(inference, lenet5, "lenet5", false)->Arg(64)->Unit(benchmark::kMillisecond)->Iterations(20);

SampleSet noise_images(std::size_t count) {
  std::vector<std::uint8_t> pixels(count * 3072);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * i >> 5);
  return SampleSet::of_images({3, 32, 32}, std::move(pixels), std::vector<Label>(count, 3), 10);
}

const Variation kVariation{.sigma = 0.1, .weight_bits = 8, .cell_bits = 2, .sampler = Sampler::weight};

/// A chip with noisy weights: programming and evaluation of so many images; 0: programming alone.
void noisy_chip(benchmark::State& state, const std::string& name) {
  const NetworkSpec spec = named(name);
  const auto clean = std::make_shared<const TrainedNetwork>(
      TrainedNetwork{spec, {initial_parameters(spec, 1, 0), initial_normalisations<float>(spec)}});
  const auto images = std::make_shared<const EvaluationSet>(noise_images(static_cast<std::size_t>(state.range(0))));
  std::uint32_t trial = 0;
  against_product(state, macs(spec) * static_cast<double>(state.range(0)), [&] {
    const std::unique_ptr<Chips> chip = make_weight_chips(clean, kVariation, images, 1);
    chip->program({1, 0, trial++}, [] {});
    benchmark::DoNotOptimize(chip->evaluate(images->all(), [] {}));
  });
}
BENCHMARK_CAPTURE(noisy_chip, vgg8, "vgg8")->Arg(0)->Arg(1)->Arg(240)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(noisy_chip, resnet18, "resnet18")->Arg(1)->Arg(120)->Unit(benchmark::kMillisecond)->Iterations(3);

/// Forward and backward pass of 128 images.
void training_step(benchmark::State& state, const std::string& name) {
  const NetworkSpec spec = named(name);
  const Network<float> network(spec);
  const Parameters<float> parameters = initial_parameters(spec, 1, 0);
  Normalisations<float> normalisations = initial_normalisations<float>(spec);
  const MatrixPass<float> pass(parameters, normalisations.trained());
  const Matrix<float> x = random_matrix(128, spec.inputs);
  const std::vector<Label> labels(128, 3);
  Activations<float> activations;
  NetworkGradient<float> gradient = zero_gradient<float>(spec);
  Matrix<float> slope(128, spec.classes);
  // The first layer needs no gradient of its inputs.
  const double backward = 2 * macs(spec) - static_cast<double>(spec.layers.front().macs());
  against_product(state, 128 * (macs(spec) + backward), [&] {
    const View<const float> logits = network.forward(x, pass.weights(), activations);
    softmax_cross_entropy<float>(logits, labels, slope);
    network.backward(x, pass.weights(), activations, slope, gradient);
  });
}
BENCHMARK_CAPTURE(training_step, vgg8, "vgg8")->Unit(benchmark::kMillisecond)->Iterations(2);

}  // namespace
}  // namespace ohmcarlo
