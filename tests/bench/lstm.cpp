// Speed of an LSTM of 128 cells on 39 features with a dense layer of 61 classes on every frame, in batches of 192
// sequences, as paper 004 has it.
//
// "of_gemm" is the share of what the products alone allow: the time that their multiply-adds take at the rate of
// oneDNN's sgemm on matrices of 1024 x 1024, measured in turns in the same run, divided by the time of the pass.

#include "network/lstm.hpp"

#include <chrono>
#include <cmath>
#include <random>

#include <benchmark/benchmark.h>

#include "linalg/packed_weights.hpp"
#include "network/kernel.hpp"
#include "network/operations.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

constexpr Index kInputs = 39;
constexpr Index kCells = 128;
constexpr Index kClasses = 61;
constexpr Index kSequences = 192;
constexpr Index kSteps = 100;
constexpr double kMacs = 4.0 * kCells * (kInputs + kCells) + kCells * kClasses;  // of one frame

Matrix<float> uniform(Index rows, Index cols, float largest) {
  std::mt19937 bits(1);
  Matrix<float> m(rows, cols);
  for (float& x : m.reshaped()) x = largest * (static_cast<float>(bits()) * 0x1p-31F - 1.0F);
  return m;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Weights that are read with noise of their own for every row: each cell's is Gaussian, so each column's sum is, with
/// variance sum x^2 sd^2 (column form). The standard deviation is that of paper 004's equation 7, for weights
/// normalised to 4 .. 44 microsiemens.
class NoisyProduct final : public Product<float> {
 public:
  NoisyProduct(View<const float> weights, std::uint32_t layer)
      : weights_(weights), mean_(weights), variance_(weights.rows, weights.cols), layer_(layer) {
    const float largest = weights.map().cwiseAbs().maxCoeff();
    const Matrix<float> variances = weights.map().unaryExpr([&](float weight) {
      const float x = 40 * std::fabs(weight) / largest + 4;
      const float sd = (-0.0006034F * x * x + 0.06184F * x + 0.7240F) * largest / 40;
      return sd * sd;
    });
    variance_.set(0, variances);
  }

  void apply(View<const float> x, View<float> y, Index /*group*/) const override {
    squares_ = x.map().cwiseAbs2();
    spread_.resize(y.rows, y.cols);
    normals_.resize(y.cols);
    multiply(x, mean_, y);
    multiply(View<const float>(squares_), variance_, View<float>(spread_));
    for (Index r = 0; r < y.rows; ++r) {
      Stream(1, {.purpose = Purpose::read_column, .layer = layer_, .event = event_++})
          .normals(0, {normals_.data(), static_cast<std::size_t>(y.cols)});
      float* sum = y.row(r);
      const float* spread = spread_.data() + r * y.cols;
      for (Index j = 0; j < y.cols; ++j) sum[j] += std::sqrt(spread[j]) * normals_(j);
    }
  }
  [[nodiscard]] View<const float> backward_weights() const override { return weights_; }

 private:
  View<const float> weights_;
  PackedWeights mean_, variance_;
  std::uint32_t layer_;
  mutable std::uint64_t event_ = 0;  // a read has a number of its own; which one does not matter here
  mutable Matrix<float> squares_, spread_;
  mutable Vector<float> normals_;
};

/// Runs the pass and sgemm in turns; the time of the benchmark is that of the pass.
template <class Pass>
void against_gemm(benchmark::State& state, double macs, Pass pass) {
  constexpr Index kSide = 1024;
  const Matrix<float> a = uniform(kSide, kSide, 1), b = uniform(kSide, kSide, 1);
  Matrix<float> c(kSide, kSide);
  double pass_time = 0, gemm_time = 0;
  for (auto _ : state) {
    const double start = seconds();
    multiply(a, Transpose::no, b, Transpose::yes, c);
    const double middle = seconds();
    pass();
    const double end = seconds();
    state.SetIterationTime(end - middle);
    pass_time += end - middle;
    gemm_time += middle - start;
  }
  const double gemm_rate = static_cast<double>(state.iterations()) * kSide * kSide * kSide / gemm_time;
  const double rate = static_cast<double>(state.iterations()) * macs / pass_time;
  state.counters["GEMM_GFLOPS"] = 2e-9 * gemm_rate;
  state.counters["of_gemm"] = rate / gemm_rate;
  state.counters["frames/s"] = benchmark::Counter(kSequences * kSteps, benchmark::Counter::kIsIterationInvariantRate);
}

struct Model {
  Lstm<float> lstm{{kInputs, kCells}};
  LayerParameters<float> recurrent{uniform(4 * kCells, kInputs + kCells, 0.1F), initial_lstm_bias<float>(kCells)};
  LayerParameters<float> dense{uniform(kClasses, kCells, 0.1F), Vector<float>::Zero(kClasses)};
  std::unique_ptr<Kernel<float>> classes = make_kernel<float>(*ohmcarlo::dense("dense1", kCells, kClasses).operation);
  Sequences sequences{std::vector<Index>(kSequences, kSteps), kSteps};
  Matrix<float> x = uniform(kSequences * kSteps, kInputs, 1);
  Matrix<float> h{kSequences * kSteps, kCells}, logits{kSequences * kSteps, kClasses};

  void forward(const Product<float>& gates, const Product<float>& last, LstmTape<float>* tape = nullptr) {
    lstm.forward(x, sequences, gates, recurrent.bias, h, tape);
    const View<const float> frames = h;
    classes->forward({.inputs = {&frames, 1}, .product = &last, .bias = &dense.bias}, logits);
    benchmark::ClobberMemory();
  }
};

void lstm_forward(benchmark::State& state) {
  use_one_thread();
  Model model;
  const MatrixProduct<float> gates{View<const float>(model.recurrent.weights)};
  const MatrixProduct<float> last{View<const float>(model.dense.weights)};
  against_gemm(state, kMacs * kSequences * kSteps, [&] { model.forward(gates, last); });
}

/// Fresh noise of every cell for every sequence and time step: twice the products.
void lstm_forward_noisy(benchmark::State& state) {
  use_one_thread();
  Model model;
  const NoisyProduct gates(View<const float>(model.recurrent.weights), 0);
  const NoisyProduct last(View<const float>(model.dense.weights), 1);
  against_gemm(state, 2 * kMacs * kSequences * kSteps, [&] { model.forward(gates, last); });
}

/// Forward and backward pass of the LSTM, without gradients of its inputs.
void lstm_training(benchmark::State& state) {
  use_one_thread();
  Model model;
  const MatrixProduct<float> gates{View<const float>(model.recurrent.weights)};
  const Matrix<float> grad_y = uniform(kSequences * kSteps, kCells, 1);
  LayerParameters<float> gradient{Matrix<float>::Zero(4 * kCells, kInputs + kCells), Vector<float>::Zero(4 * kCells)};
  LstmTape<float> tape;
  const double macs = 4.0 * kCells * (2 * (kInputs + kCells) + kCells);
  against_gemm(state, macs * kSequences * kSteps, [&] {
    model.lstm.forward(model.x, model.sequences, gates, model.recurrent.bias, model.h, &tape);
    model.lstm.backward(model.sequences, gates, tape, grad_y, {}, gradient);
  });
}

BENCHMARK(lstm_forward)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(lstm_forward_noisy)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(lstm_training)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ohmcarlo
