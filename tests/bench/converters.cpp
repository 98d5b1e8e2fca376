// Time for one relaxed conversion with its derivatives (counter "each"), 16 levels, in most of noise s = 0.3 steps. The
// limit, measured in turns with it, is one stored normal for each level: a word and about one elementary function,
// without any of the arithmetic. "words" is the time for the words of all levels alone, "ratio" ours divided by the
// limit.

#include <cstdint>
#include <limits>
#include <vector>

#include <benchmark/benchmark.h>

#include "periphery/concrete.hpp"
#include "periphery/ste.hpp"
#include "shortest.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kCount = 8192;
const Stream kStream(1, {.purpose = Purpose::adc});

/// Numbers with mean 7.5 and standard deviation `spread`.
std::vector<float> numbers(float spread) {
  std::vector<float> x(kCount);
  kStream.normals(0, x);
  for (float& each : x) each = 7.5F + spread * each;
  return x;
}

void run(benchmark::State& state, const ConcreteOptions& options, float spread, float scale = 0.3F) {
  const std::vector<float> x = numbers(spread);
  std::vector<float> value(kCount), by_x(kCount), by_a(kCount);
  std::vector<std::uint32_t> words(kCount);
  std::vector<float> normals(kCount);
  double ours = std::numeric_limits<double>::infinity();
  double words_only = ours;
  double limit = ours;
  for (auto _ : state) {
    ours = shortest(ours, [&] {
      convert_concrete(options, 1, {&scale, 1}, kStream, 0, kCount, x, value, by_x, by_a);
      benchmark::DoNotOptimize(value.data());
      benchmark::ClobberMemory();
    });
    words_only = shortest(words_only, [&] {
      for (std::uint64_t i = 0; i < 16; ++i) {
        kStream.words(i * kCount, words);
        benchmark::DoNotOptimize(words.data());
        benchmark::ClobberMemory();
      }
    });
    limit = shortest(limit, [&] {
      for (std::uint64_t i = 0; i < 16; ++i) {
        kStream.normals(i * kCount, normals);
        benchmark::DoNotOptimize(normals.data());
        benchmark::ClobberMemory();
      }
    });
  }
  state.counters["each"] = ours / kCount;
  state.counters["words"] = words_only / kCount;
  state.counters["ratio"] = ours / limit;
}

void concrete(benchmark::State& state) {
  run(state, {}, 3);
}
void concrete_narrow(benchmark::State& state) {
  run(state, {}, 1);
}
void concrete_clip(benchmark::State& state) {
  run(state, {.tails = ConcreteTails::clip}, 3);
}
void concrete_straight_through(benchmark::State& state) {
  run(state, {.straight_through = true}, 3);
}
void concrete_cool(benchmark::State& state) {
  run(state, {.temperature = 0.5}, 3);
}
void concrete_without_draws(benchmark::State& state) {
  run(state, {.draws = false}, 3);
}
void concrete_little_noise(benchmark::State& state) {
  run(state, {}, 3, 0.05F);
}

void ste(benchmark::State& state) {
  const std::vector<float> x = numbers(3);
  std::vector<float> by_x(kCount), by_a(kCount);
  double ours = std::numeric_limits<double>::infinity();
  for (auto _ : state) {
    ours = shortest(ours, [&] {
      ste_derivatives(ste_quantiser(4, 1), x, by_x, by_a);
      benchmark::DoNotOptimize(by_a.data());
      benchmark::ClobberMemory();
    });
  }
  state.counters["each"] = ours / kCount;
}

BENCHMARK(concrete);
BENCHMARK(concrete_narrow);
BENCHMARK(concrete_clip);
BENCHMARK(concrete_straight_through);
BENCHMARK(concrete_cool);
BENCHMARK(concrete_without_draws);
BENCHMARK(concrete_little_noise);
BENCHMARK(ste);

}  // namespace
}  // namespace ohmcarlo
