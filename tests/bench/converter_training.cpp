// One optimiser step of the perceptron 784-100-10 with 100 images, by plain training and through converters: ternary
// weights, 2 reads an input, 4-bit converters, noise of s/a = 0.3 for relaxed ones. The argument is the rows of a tile.

#include <benchmark/benchmark.h>

#include "base/memory.hpp"
#include "linalg/product.hpp"
#include "network/architecture.hpp"
#include "random/stream.hpp"
#include "training/method.hpp"
#include "training/optimizer.hpp"

namespace ohmcarlo {
namespace {

TrainingOptions options_of(MethodKind method, Index tile_rows, bool noise) {
  TrainingOptions options;
  options.method = method;
  options.weight_rule = WeightRule::ternary;
  if (method == MethodKind::plain) return options;
  ConverterOptions& converters = options.converters.emplace();
  ArrayOptions& arrays = converters.arrays;
  arrays.format = {Mapping::one_sided, 1, 1};
  arrays.cells.range.top = 1;
  arrays.tile_rows = tile_rows;
  arrays.dac.coding = {.bits = 2, .read_bits = 1};
  arrays.adc = {.bits = 4, .range = RangeKind::trained, .differential = false, .noise = {}};
  if (noise) arrays.adc.noise = {AdcNoiseLaw::logistic, 0.3, 0, 0};
  converters.noise = noise || method == MethodKind::concrete_adc;
  converters.concrete.bits = 4;
  converters.scale = ConcreteScale::given;
  return options;
}

void step(benchmark::State& state, MethodKind method, bool noise) {
  use_one_thread();
  keep_freed_memory();
  const Index tile_rows = state.range(0);
  TrainingOptions options = options_of(method, tile_rows, noise);
  const NetworkSpec spec = mlp(784, {100}, "relu", 10);
  const Network<float> network(spec);
  NetworkState<float> values{initial_parameters(spec, 1, 0), initial_normalisations<float>(spec)};
  if (options.converters) {
    // Scales as of ranges that a sixth of the cells of a tile reach.
    const float a = std::max(0.2F, static_cast<float>(tile_rows) / 6 / 15);
    values.converters = {Vector<float>::Constant(2, a), Vector<float>::Constant(2, 1), 4};
    options.converters->given_scale = 0.3 * a;
  }
  const std::unique_ptr<Method> method_of_step = make_method(network, options, {1, 0});
  Matrix<float> x(100, spec.inputs);
  Stream(1, {.purpose = Purpose::initialisation, .layer = 99})
      .uniforms(0, {x.data(), static_cast<std::size_t>(x.size())});
  x = (x.array() > 0.8F).select(5 * (x.array() - 0.8F), 0.0F);  // a fifth of the pixels are not black, as of MNIST
  std::vector<Label> labels(100);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<Label>(i % 10);
  NetworkGradient<float> slope = zero_gradient(options, spec);
  OptimizerState optimizer = initial_optimizer(options, spec);
  std::uint64_t number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(method_of_step->gradient(x, labels, values, number++, slope));
    optimizer_step(options, 1e-6, slope, optimizer, values);
  }
}
BENCHMARK_CAPTURE(step, plain, MethodKind::plain, false)->Arg(128)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(step, ste, MethodKind::ste_adc, false)
    ->Arg(9)
    ->Arg(49)
    ->Arg(128)
    ->Arg(784)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(step, ste_with_noise, MethodKind::ste_adc, true)
    ->Arg(9)
    ->Arg(49)
    ->Arg(128)
    ->Arg(784)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(step, concrete, MethodKind::concrete_adc, false)
    ->Arg(9)
    ->Arg(49)
    ->Arg(128)
    ->Arg(784)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ohmcarlo
