// The gradient of one step of VGG-8 with 128 images, by each method. `peak_GB`: the most that the process has held so
// far, so run one at a time (--benchmark_filter) for that of a method.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "network/architecture.hpp"
#include "random/stream.hpp"
#include "training/method.hpp"

namespace ohmcarlo {
namespace {

void gradient(benchmark::State& state, MethodKind method) {
  const NetworkSpec spec = build_network({3, 32, 32}, 10, named_layers("vgg8"));
  const Network<float> network(spec);
  TrainingOptions options;
  options.method = method;
  options.noise = {.sigma = 0.1, .weight_bits = 8, .cell_bits = 2};
  const std::unique_ptr<Method> trained = make_method(network, options, {1, 0});
  NetworkState<float> values{initial_parameters(spec, 1, 0), initial_normalisations<float>(spec)};
  Matrix<float> x(128, spec.inputs);
  Stream(1, {.purpose = Purpose::initialisation, .layer = 99})
      .normals(0, {x.data(), static_cast<std::size_t>(x.size())});
  const std::vector<Label> labels(128, 3);
  NetworkGradient<float> slope = zero_gradient<float>(spec);
  std::uint64_t step = 0;
  for (auto _ : state) benchmark::DoNotOptimize(trained->gradient(x, labels, values, step++, slope));
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  state.counters["peak_GB"] = static_cast<double>(used.ru_maxrss) / 1048576;
}
BENCHMARK_CAPTURE(gradient, plain, MethodKind::plain)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(gradient, noise_injection, MethodKind::noise_injection)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(gradient, kurtosis, MethodKind::kurtosis)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(gradient, ovf, MethodKind::ovf)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace ohmcarlo
