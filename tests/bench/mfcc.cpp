// Speech features: times real time (counter "x_real_time") of 39 coefficients at 8 and 16 kHz.

#include "data/mfcc.hpp"

#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

namespace ohmcarlo {
namespace {

constexpr double kSeconds = 4.0;

void mfcc(benchmark::State& state) {
  const auto rate = static_cast<std::uint32_t>(state.range(0));
  std::vector<float> samples(static_cast<std::size_t>(kSeconds * rate));
  for (std::size_t n = 0; n < samples.size(); ++n) samples[n] = 0.3F * std::sin(static_cast<float>(n * n % 7919));
  Mfcc features(MfccOptions{.rate = rate});
  for (auto _ : state) benchmark::DoNotOptimize(features.coefficients(samples));
  state.counters["x_real_time"] = benchmark::Counter(kSeconds, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(mfcc)->Arg(8000)->Arg(16000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ohmcarlo
