// Speed of array reads. Each is measured in turns with its limit: "ratio" is the shortest time of ours divided by the
// shortest of the limit. Limits are, for reads of arrays that come from memory, a plain pass over the same memory and,
// with noise on every cell, as many stored normals; for binary sums oneDNN's sgemm of the same shape.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "crossbar/binary_sums.hpp"
#include "crossbar/column_read.hpp"
#include "crossbar/convert.hpp"
#include "crossbar/noisy_read.hpp"
#include "linalg/product.hpp"
#include "shortest.hpp"

namespace ohmcarlo {
namespace {

/// Runs `ours` and its limit in turns. The counters are shortest times: of ours, of one of its `count` elements, and
/// the ratio to the limit.
template <class Ours, class Limit>
void compare(benchmark::State& state, double count, Ours ours, Limit limit) {
  double our_time = std::numeric_limits<double>::infinity();
  double limit_time = our_time;
  for (auto _ : state) {
    limit_time = shortest(limit_time, limit);
    our_time = shortest(our_time, ours);
  }
  state.counters["seconds"] = our_time;
  state.counters["ns_each"] = our_time / count * 1e9;
  state.counters["limit_ns"] = limit_time / count * 1e9;
  state.counters["ratio"] = our_time / limit_time;
}

// --- Paper 004's arrays, one read of each, all of them from memory ---------------------------------------------------

struct Table {
  Index arrays, rows, cols;
  [[nodiscard]] Index cells() const { return rows * cols; }
};
constexpr Table kTables[] = {{512, 1024, 1024}, {100, 3000, 3000}, {3000, 1152, 128}};

/// 3.4 GiB of cells in [0, 1), shared by all tables.
const std::vector<float>& memory() {
  static const std::vector<float> cells = [] {
    std::vector<float> made(900'000'000);
    std::uint32_t bits = 1;
    for (float& cell : made) cell = static_cast<float>((bits = bits * 1664525U + 1013904223U) >> 8) * 0x1p-24F;
    return made;
  }();
  return cells;
}

View<const float> array(const Table& table, Index i) {
  return {memory().data() + i * table.cells(), table.rows, table.cols};
}

std::vector<float> inputs(Index rows) {
  std::vector<float> x(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.5F + 0.001F * static_cast<float>(i % 400);
  return x;
}

void pass_over_memory(const Table& table) {
  for (Index i = 0; i < table.arrays; ++i) {
    benchmark::DoNotOptimize(Eigen::Map<const Eigen::VectorXf>(array(table, i).data, table.cells()).sum());
  }
}

void bare_normals(const Table& table) {
  std::vector<float> some(4096);
  const Stream stream(1, {.purpose = Purpose::read_cell, .trial = 3});
  const Index all = table.arrays * table.cells();
  for (Index i = 0; i < all; i += std::ssize(some)) {
    stream.normals(static_cast<std::uint64_t>(i), some);
    benchmark::ClobberMemory();
  }
}

const SdLaw kLaws[] = {{0.01F, 0, 0}, {0.01F, 0.02F, 0}, {0.01F, 0.02F, -0.005F}};

template <class Read, class Limit>
void read_table(benchmark::State& state, Limit limit, Read read) {
  const Table& table = kTables[state.range(0)];
  const std::vector<float> x = inputs(table.rows);
  std::vector<float> y(static_cast<std::size_t>(table.cols));
  std::vector<float> v(y.size());
  benchmark::DoNotOptimize(memory().data());
  compare(
      state, static_cast<double>(table.arrays * table.cells()),
      [&] {
        for (Index i = 0; i < table.arrays; ++i) {
          read(i, array(table, i), x, y, v);
          benchmark::ClobberMemory();
        }
      },
      [&] { limit(table); });
  state.SetLabel(std::to_string(table.arrays) + " x " + std::to_string(table.rows) + " x " +
                 std::to_string(table.cols));
}

/// Arguments: table; degree of the law of the noise.
void noise_of_cells(benchmark::State& state) {
  const SdLaw& law = kLaws[state.range(1)];
  read_table(state, bare_normals, [&](Index i, View<const float> cells, auto& x, auto& y, auto&) {
    std::fill(y.begin(), y.end(), 0.0F);
    const Stream stream(1, {.purpose = Purpose::read_cell, .event = static_cast<std::uint64_t>(i)});
    add_noisy_read(stream, 0, law, cells, x, y);
  });
}
BENCHMARK(noise_of_cells)->ArgsProduct({{0, 1, 2}, {0, 1, 2}})->Iterations(3)->Unit(benchmark::kMillisecond);

/// The normals of the columns are part of it.
void noise_of_columns(benchmark::State& state) {
  const SdLaw& law = kLaws[state.range(1)];
  read_table(state, pass_over_memory, [&](Index i, View<const float> cells, auto& x, auto& y, auto& v) {
    std::vector<float> z(y.size());
    const Stream stream(1, {.purpose = Purpose::read_column, .event = static_cast<std::uint64_t>(i)});
    stream.normals(0, z);
    read_columns(cells, x, law, y, v);
    for (std::size_t j = 0; j < y.size(); ++j) y[j] += std::sqrt(v[j]) * z[j];
  });
}
BENCHMARK(noise_of_columns)->ArgsProduct({{0, 1, 2}, {0, 1, 2}})->Iterations(5)->Unit(benchmark::kMillisecond);

void no_noise(benchmark::State& state) {
  read_table(state, pass_over_memory,
             [&](Index, View<const float> cells, auto& x, auto& y, auto& v) { read_columns(cells, x, SdLaw{}, y, v); });
}
BENCHMARK(no_noise)->DenseRange(0, 2)->Iterations(5)->Unit(benchmark::kMillisecond);

void no_noise_one_dnn(benchmark::State& state) {
  use_one_thread();
  read_table(state, pass_over_memory, [&](Index, View<const float> cells, auto& x, auto& y, auto&) {
    multiply(View<const float>(x.data(), 1, cells.rows), Transpose::no, cells, Transpose::no,
             View<float>(y.data(), 1, cells.cols));
  });
}
BENCHMARK(no_noise_one_dnn)->DenseRange(0, 2)->Iterations(5)->Unit(benchmark::kMillisecond);

// --- Bit-serial inputs: 1000 images of 784 codes of 8 bits, 4 slices of 100 outputs ----------------------------------

constexpr Index kImages = 1000;
constexpr Index kSide = 28;
constexpr Index kPixels = kSide * kSide;
constexpr Index kOutputs = 400;
constexpr int kBits = 8;

/// Codes [images, 784]: discs whose place and size vary; about `percent` of all pixels are not zero.
Matrix<std::uint8_t> discs(Index percent) {
  std::mt19937 bits(2);
  Matrix<std::uint8_t> m(kImages, kPixels);
  const double radius = percent == 100 ? kSide : kSide * std::sqrt(static_cast<double>(percent) / 314.0);
  for (Index i = 0; i < kImages; ++i) {
    const double x0 = 12.0 + bits() % 5;
    const double y0 = 12.0 + bits() % 5;
    for (Index p = 0; p < kPixels; ++p) {
      const bool inside = std::hypot(static_cast<double>(p % kSide) - x0, static_cast<double>(p / kSide) - y0) < radius;
      m(i, p) = inside ? static_cast<std::uint8_t>(1 + bits() % 255) : std::uint8_t{0};
    }
  }
  return m;
}

Matrix<float> levels(Index rows, Index cols) {
  std::mt19937 bits(1);
  Matrix<float> m(rows, cols);
  for (float& x : m.reshaped()) x = static_cast<float>(bits() % 4);
  return m;
}

/// Arguments: percent of pixels that are not zero; images at a time.
void sums_of_bits(benchmark::State& state) {
  use_one_thread();
  const Matrix<std::uint8_t> codes = discs(state.range(0));
  const Matrix<float> cells = levels(kPixels, kOutputs);
  Matrix<float> bits(kImages * kBits, kPixels);
  for (Index r = 0; r < bits.rows(); ++r) {
    for (Index p = 0; p < kPixels; ++p) bits(r, p) = static_cast<float>(codes(r / kBits, p) >> (r % kBits) & 1);
  }
  const BitPlanes planes(View<const std::uint8_t>(codes), kBits);
  const Index together = state.range(1) * kBits;
  Matrix<float> y(bits.rows(), kOutputs);
  Matrix<float> expected(bits.rows(), kOutputs);
  compare(
      state, static_cast<double>(bits.size()) * kOutputs,
      [&] {
        for (Index first = 0; first < y.rows(); first += together) {
          binary_sums(cells, planes, first, View(y).middle_rows(first, together));
        }
      },
      [&] { multiply(bits, Transpose::no, cells, Transpose::no, expected); });
  if (y != expected) state.SkipWithError("the sums are wrong");
}
BENCHMARK(sums_of_bits)->ArgsProduct({{19, 50, 100}, {1000, 125, 8}})->Iterations(20)->Unit(benchmark::kMillisecond);

/// For each bit of the codes; the limit is a copy of them.
void bit_planes(benchmark::State& state) {
  const Matrix<std::uint8_t> codes = discs(19);
  Matrix<std::uint8_t> copy = codes;
  compare(
      state, static_cast<double>(codes.size()) * kBits,
      [&] { benchmark::DoNotOptimize(BitPlanes(View<const std::uint8_t>(codes), kBits)); },
      [&] {
        copy = codes;
        benchmark::ClobberMemory();
      });
}
BENCHMARK(bit_planes)->Unit(benchmark::kMillisecond);

/// Argument: 1 if each column has a range of its own. For each conversion; the limit adds the sums without converting.
void conversions(benchmark::State& state) {
  constexpr Index kRows = 256;
  const Matrix<float> sums = levels(kRows, kOutputs).array() * 40.0F;
  const Quantiser adc(8, -100, 100);
  const ColumnQuantisers adcs(std::vector<Quantiser>(kOutputs, adc));
  Matrix<double> acc = Matrix<double>::Zero(kRows / kBits, kOutputs);
  std::int64_t clipped = 0;
  const auto each_row = [&](auto convert) {
    for (Index r = 0; r < kRows; ++r) {
      convert(std::span(sums.row(r).data(), kOutputs), std::ldexp(1.0, static_cast<int>(r % kBits)),
              std::span(acc.row(r / kBits).data(), kOutputs));
    }
    benchmark::ClobberMemory();
  };
  compare(
      state, static_cast<double>(sums.size()),
      [&] {
        each_row([&](auto v, double factor, auto to) {
          clipped += state.range(0) ? add_codes(adcs, v, factor, to) : add_codes(adc, v, factor, to);
        });
      },
      [&] {
        each_row([&](auto v, double factor, auto to) {
          for (std::size_t j = 0; j < v.size(); ++j) to[j] += factor * double{v[j]};
        });
      });
  benchmark::DoNotOptimize(clipped);
}
BENCHMARK(conversions)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ohmcarlo
