// Time for one stored random number (counter "each"): normals, uniforms and words by address, and the standard
// library's normals. 79400 is the weights of a 784-100-10 network. The label says which kernels ran.

#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "random/kernels.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

const Stream kStream(1, {.purpose = Purpose::programming, .layer = 1, .trial = 17});

template <class T, class Fill>
void run(benchmark::State& state, Fill fill) {
  std::vector<T> out(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    fill(out);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.counters["each"] = benchmark::Counter(
      static_cast<double>(out.size()), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void normals(benchmark::State& state) {
  run<float>(state, [](auto& out) { kStream.normals(0, out); });
  state.SetLabel(kernel_target());
}

void uniforms(benchmark::State& state) {
  run<float>(state, [](auto& out) { kStream.uniforms(0, out); });
  state.SetLabel(kernel_target());
}

void words(benchmark::State& state) {
  run<std::uint32_t>(state, [](auto& out) { kStream.words(0, out); });
  state.SetLabel(kernel_target());
}

void standard_library_normals(benchmark::State& state) {
  std::mt19937_64 generator(1);
  std::normal_distribution<float> distribution;
  run<float>(state, [&](auto& out) {
    for (float& value : out) value = distribution(generator);
  });
  state.SetLabel("std::normal_distribution<float>, std::mt19937_64");
}

BENCHMARK(normals)->Arg(64)->Arg(79'400)->Arg(1 << 20);
BENCHMARK(uniforms)->Arg(79'400)->Arg(1 << 20);
BENCHMARK(words)->Arg(79'400)->Arg(1 << 20);
BENCHMARK(standard_library_normals)->Arg(79'400)->Arg(1 << 20);

}  // namespace
}  // namespace ohmcarlo
