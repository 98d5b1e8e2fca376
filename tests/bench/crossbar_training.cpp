// One optimiser step of an lstm of 39 features, 128 units and 61 classes on 192 sequences, by plain training and
// through arrays: one cell of 7 bits a weight, 7 reads an input, converters of 8 bits, noise of every read that depends
// on conductances. The argument is the frames of a sequence; time per frame is the step's over 192 times as many.

#include <benchmark/benchmark.h>

#include "base/memory.hpp"
#include "linalg/product.hpp"
#include "network/architecture.hpp"
#include "network/sequence.hpp"
#include "random/stream.hpp"
#include "training/method.hpp"
#include "training/optimizer.hpp"

namespace ohmcarlo {
namespace {

TrainingOptions options_of(MethodKind method, bool noise) {
  TrainingOptions options;
  options.method = method;
  if (method == MethodKind::plain) return options;
  ArrayOptions& arrays = options.converters.emplace().arrays;
  arrays.format = {Mapping::sign_magnitude, 7, 0};
  arrays.cells.range = {4e-6, 44e-6, 127};
  arrays.tile_rows = 1152;
  arrays.dac.coding = {8, 1, InputEncoding::automatic, 1};
  arrays.adc.bits = 8;
  arrays.adc.range = RangeKind::trained;
  if (noise) arrays.read_noise = sd_of_fit({}, arrays.cells.range);
  return options;
}

void step(benchmark::State& state, MethodKind method, bool noise) {
  use_one_thread();
  keep_freed_memory();
  constexpr Index kSequences = 192;
  const Index steps = state.range(0);
  const TrainingOptions options = options_of(method, noise);
  const NetworkSpec spec = build_network({39, 1, 1}, 61, std::vector<std::string>{"lstm 128", "dense classes"});
  const Network<float> network(spec);
  NetworkState<float> values{initial_parameters(spec, 1, 0), {}};
  if (options.converters)  // ranges that a tenth of the rows reach
    values.converters = {Vector<float>::Constant(2, 16.0F / 127), Vector<float>::Constant(2, -3), 8, true};
  const std::unique_ptr<Method> method_of_step = make_method(network, options, {1, 0});
  const Sequences sequences(std::vector<Index>(kSequences, steps), steps);
  Matrix<float> x(kSequences * steps, 39);
  Stream(1, {.purpose = Purpose::initialisation, .layer = 99})
      .normals(0, {x.data(), static_cast<std::size_t>(x.size())});
  std::vector<Label> labels(static_cast<std::size_t>(x.rows()));
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<Label>(i % 61);
  std::vector<std::uint32_t> numbers(kSequences);
  for (std::uint32_t i = 0; i < kSequences; ++i) numbers[i] = 7 * i;
  Targets targets(labels, &sequences, true);
  targets.numbers = numbers;
  NetworkGradient<float> slope = zero_gradient(options, spec);
  OptimizerState optimizer = initial_optimizer(options, spec);
  std::uint64_t number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(method_of_step->gradient(x, targets, values, number++, slope));
    optimizer_step(options, 1e-6, slope, optimizer, values);
  }
  state.counters["frames/s"] = benchmark::Counter(
      static_cast<double>(kSequences * steps) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(step, plain, MethodKind::plain, false)->Arg(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step, crossbar, MethodKind::crossbar_aware, false)->Arg(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(step, crossbar_with_noise, MethodKind::crossbar_aware, true)->Arg(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ohmcarlo
