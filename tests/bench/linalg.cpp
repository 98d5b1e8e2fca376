// Speed of the products. "ratio" is the time divided by that of oneDNN's sgemm on the same sizes, in turns in one run.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "linalg/packed_inputs.hpp"
#include "linalg/product.hpp"

namespace ohmcarlo {
namespace {

constexpr Index kSide = 28;
constexpr Index kPixels = kSide * kSide;

Matrix<float> uniform(Index rows, Index cols) {
  std::mt19937 bits(1);
  Matrix<float> m(rows, cols);
  for (float& x : m.reshaped()) x = static_cast<float>(bits()) * 0x1p-31F - 1.0F;
  return m;
}

/// Bytes [images, 784]: rings of their own place, size and shape; about `percent` of all pixels are not zero. As with
/// Fashion-MNIST (50 %) and MNIST (19 %), groups of 6 neighbours share most, not all, of their zeros.
Matrix<std::uint8_t> rings(Index images, Index percent) {
  std::mt19937 bits(2);
  const auto between = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(bits()) * 0x1p-32;
  };
  Matrix<std::uint8_t> m(images, kPixels);
  for (Index i = 0; i < images; ++i) {
    const double x0 = between(0.4, 0.6);
    const double y0 = between(0.4, 0.6);
    const double ratio = between(0.6, 1.5);
    const double outer = percent == 100 ? 100.0 : percent == 50 ? between(0.36, 0.52) : between(0.22, 0.37);
    const double inner = percent == 100 ? 0.0 : percent == 50 ? between(0, 0.2) : between(0.12, 0.2);
    for (Index p = 0; p < kPixels; ++p) {
      const double x = (static_cast<double>(p % kSide) / kSide - x0) / ratio;
      const double y = (static_cast<double>(p / kSide) / kSide - y0) * ratio;
      const double r = std::hypot(x, y);
      m(i, p) = r >= inner && r < outer ? static_cast<std::uint8_t>(1 + bits() % 255) : std::uint8_t{0};
    }
  }
  return m;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Runs `ours` and `theirs` in turns; the time of the benchmark is that of `ours`.
template <class Ours, class Theirs>
void compare(benchmark::State& state, double flop, Ours ours, Theirs theirs) {
  double our_time = 0;
  double their_time = 0;
  for (auto _ : state) {
    const double start = seconds();
    theirs();
    const double middle = seconds();
    ours();
    const double end = seconds();
    state.SetIterationTime(end - middle);
    our_time += end - middle;
    their_time += middle - start;
  }
  state.counters["ratio"] = our_time / their_time;
  state.counters["oneDNN_GFLOPS"] = flop / their_time * static_cast<double>(state.iterations()) * 1e-9;
}

/// Arguments: rows, outputs, inputs.
void one_dnn(benchmark::State& state) {
  use_one_thread();
  const Matrix<float> x = uniform(state.range(0), state.range(2));
  const Matrix<float> w = uniform(state.range(1), state.range(2));
  Matrix<float> y(x.rows(), w.rows());
  for (auto _ : state) {
    multiply(x, Transpose::no, w, Transpose::yes, y);
    benchmark::ClobberMemory();
  }
  const double flop = 2e-9 * static_cast<double>(x.size()) * static_cast<double>(w.rows());
  state.counters["GFLOPS"] = benchmark::Counter(flop, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(one_dnn)
    ->ArgsProduct({{10000, 1000, 500}, {100, 800}, {kPixels}})
    ->Args({10000, 10, 100})
    ->Args({500, 10, 100})
    ->Unit(benchmark::kMillisecond);

/// Arguments: images, outputs, percent of pixels that are not zero, codes (1) or floats (0).
void packed(benchmark::State& state) {
  use_one_thread();
  const Matrix<std::uint8_t> codes = rings(state.range(0), state.range(2));
  const Matrix<float> x = codes.cast<float>() / 255.0F;
  const Matrix<float> w = uniform(state.range(1), kPixels);
  const PackedInputs inputs = state.range(3) ? PackedInputs(codes, 1.0F / 255.0F) : PackedInputs(x);
  PackedWeights weights(w.rows(), w.cols());
  Matrix<float> y(x.rows(), w.rows());
  const double flop = 2.0 * static_cast<double>(x.size()) * static_cast<double>(w.rows());
  compare(
      state, flop,
      [&] {  // with packing the weights, as every chip needs it
        weights.set(0, w);
        inputs.multiply(weights, y);
      },
      [&] { multiply(x, Transpose::no, w, Transpose::yes, y); });
  state.counters["density"] = inputs.density();
  state.counters["nonzero"] = static_cast<double>((x.array() != 0.0F).count()) / static_cast<double>(x.size());
  state.counters["GFLOPS_done"] =
      benchmark::Counter(flop * inputs.density() * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(packed)
    ->ArgsProduct({{10000, 500}, {100, 800}, {50, 19, 100}, {1, 0}})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// Arguments: rows, outputs of a chip, inputs, chips side by side: one product a chip, on column blocks.
void dense_by_packed_weights(benchmark::State& state) {
  use_one_thread();
  const Index outputs = state.range(1);
  const Index inputs = state.range(2);
  const Index chips = state.range(3);
  const Matrix<float> x = uniform(state.range(0), chips * inputs);
  const Matrix<float> w = uniform(outputs, inputs);
  PackedWeights weights(outputs, inputs);
  Matrix<float> y(x.rows(), chips * outputs);
  const auto columns = [](auto& matrix, Index chip, Index count) {
    return View(matrix).middle_cols(chip * count, count);
  };
  compare(
      state, 2.0 * static_cast<double>(x.size()) * static_cast<double>(outputs),
      [&] {
        for (Index c = 0; c < chips; ++c) {
          weights.set(0, w);
          multiply(columns(x, c, inputs), weights, columns(y, c, outputs));
        }
      },
      [&] {
        for (Index c = 0; c < chips; ++c) {
          multiply(columns(x, c, inputs), Transpose::no, w, Transpose::yes, columns(y, c, outputs));
        }
      });
}
BENCHMARK(dense_by_packed_weights)
    ->ArgsProduct({{10000, 500}, {10}, {100}, {1, 8}})
    ->Args({500, 100, kPixels, 1})
    ->Args({10000, 100, kPixels, 1})
    ->Args({500, 800, kPixels, 1})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

void pack_weights(benchmark::State& state) {
  const Matrix<float> w = uniform(state.range(0), kPixels);
  PackedWeights weights(w.rows(), w.cols());
  for (auto _ : state) {
    weights.set(0, w);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(pack_weights)->Arg(100)->Arg(800)->Unit(benchmark::kMicrosecond);

void pack_inputs(benchmark::State& state) {
  const Matrix<std::uint8_t> codes = rings(10000, state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(PackedInputs(codes, 1.0F / 255.0F));
}
BENCHMARK(pack_inputs)->Arg(50)->Arg(19)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ohmcarlo
