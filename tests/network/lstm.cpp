#include "network/lstm.hpp"

#include <cmath>

#include "crossbar/on_each_target.hpp"
#include "network/layer_trial.hpp"

namespace ohmcarlo::lstm_test {
namespace lstm_test {

using gradients::expect_derivatives;
using gradients::fill;

/// A product that computes as a matrix does but, like hardware, is not plain; it keeps the rows of every call.
template <class T>
class StepwiseProduct final : public Product<T> {
 public:
  explicit StepwiseProduct(const Matrix<T>& weights) : weights_(weights) {}
  void apply(View<const T> x, View<T> y, Index /*group*/) const override {
    calls.emplace_back(x.map());
    y.map() = calls.back() * weights_.transpose();
  }
  [[nodiscard]] View<const T> backward_weights() const override { return weights_; }
  mutable std::vector<Matrix<T>> calls;

 private:
  const Matrix<T>& weights_;
};

/// Sequences with numbers in them, of different lengths; the loss is the sum of the outputs, each times a fixed factor.
template <class T>
struct LstmTrial {
  LstmSpec spec;
  Sequences sequences;
  Lstm<T> lstm{spec};
  Matrix<T> x, factors;
  LayerParameters<T> parameters;

  LstmTrial(const LstmSpec& of, std::vector<Index> lengths, Index steps, double size = 1)
      : spec(of), sequences(std::move(lengths), steps) {
    parameters.weights = numbers(4 * spec.hidden, spec.inputs + spec.hidden, 1) * static_cast<T>(size);
    parameters.bias = numbers(4 * spec.hidden, 1, 2) * static_cast<T>(size);
    x = numbers(sequences.count() * steps, spec.inputs, 3);
    factors = numbers(sequences.count() * steps, spec.hidden, 4);
  }
  static Matrix<T> numbers(Index rows, Index cols, std::uint32_t seed) {
    Matrix<double> values(rows, cols);
    fill(values, seed);
    return values.cast<T>();
  }
  [[nodiscard]] Matrix<T> forward(const Product<T>& product, LstmTape<T>* tape = nullptr) const {
    Matrix<T> y = Matrix<T>::Constant(x.rows(), spec.hidden, 99);
    lstm.forward(x, sequences, product, parameters.bias, y, tape);
    return y;
  }
  [[nodiscard]] Matrix<T> forward(LstmTape<T>* tape = nullptr) const {
    return forward(MatrixProduct<T>(View<const T>(parameters.weights)), tape);
  }
  [[nodiscard]] bool real(Index row) const {
    return row % sequences.steps() < sequences.length(row / sequences.steps());
  }
};

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

/// The equations of the header, one number after the other.
Matrix<double> brute_force(const LstmTrial<double>& trial) {
  const Index inputs = trial.spec.inputs, hidden = trial.spec.hidden, steps = trial.sequences.steps();
  Matrix<double> y = Matrix<double>::Zero(trial.x.rows(), hidden);
  for (Index s = 0; s < trial.sequences.count(); ++s) {
    std::vector<double> c(static_cast<std::size_t>(hidden)), h(c);
    for (Index t = 0; t < trial.sequences.length(s); ++t) {
      std::vector<double> sums;
      for (Index gate = 0; gate < 4 * hidden; ++gate) {
        double sum = trial.parameters.bias(gate);
        for (Index k = 0; k < inputs; ++k) sum += trial.parameters.weights(gate, k) * trial.x(s * steps + t, k);
        for (Index k = 0; k < hidden; ++k)
          sum += trial.parameters.weights(gate, inputs + k) * h[static_cast<std::size_t>(k)];
        sums.push_back(sum);
      }
      for (Index j = 0; j < hidden; ++j) {
        const auto sum = [&](Index gate) { return sums[static_cast<std::size_t>(gate * hidden + j)]; };
        double& cell = c[static_cast<std::size_t>(j)];
        cell = logistic(sum(1)) * cell + logistic(sum(0)) * std::tanh(sum(2));
        h[static_cast<std::size_t>(j)] = logistic(sum(3)) * std::tanh(cell);
        y(s * steps + t, j) = h[static_cast<std::size_t>(j)];
      }
    }
  }
  return y;
}

const std::vector<Index> kLengths = {3, 5, 1, 5, 4};

/// One cell, one input: x = 1, then -1. First step: gates 3/4, 3/5, 3/5, 4/5, c = 3/4 3/5 = 0.45, h = 4/5 tanh 0.45.
TEST(Lstm, StepsAsByHand) {
  LstmTrial<double> trial({1, 1}, {2}, 2);
  trial.parameters.weights << std::log(3), 0.5,  // i
      std::log(1.5), 0.25,                       // f
      std::log(2), 1,                            // g: tanh(ln 2) = 3/5
      std::log(4), -2;                           // o
  trial.parameters.bias.setZero();
  trial.x << 1, -1;
  LstmTape<double> tape;
  const Matrix<double> y = trial.forward(&tape);
  EXPECT_NEAR(tape.gates(0, 0), 0.75, 1e-15);
  EXPECT_NEAR(tape.gates(0, 1), 0.6, 1e-15);
  EXPECT_NEAR(tape.gates(0, 2), 0.6, 1e-15);
  EXPECT_NEAR(tape.gates(0, 3), 0.8, 1e-15);
  EXPECT_NEAR(tape.cell(0, 0), 0.45, 1e-15);
  EXPECT_NEAR(y(0, 0), 0.337519204200006, 1e-14);
  // Sums -ln 3 + h/2, -ln 1.5 + h/4, -ln 2 + h, -ln 4 - 2h.
  EXPECT_NEAR(tape.gates(1, 0), 0.282954602164363, 1e-14);
  EXPECT_NEAR(tape.gates(1, 1), 0.420411272999355, 1e-14);
  EXPECT_NEAR(tape.gates(1, 2), -0.341357240061868, 1e-14);
  EXPECT_NEAR(tape.gates(1, 3), 0.112912266877572, 1e-14);
  EXPECT_NEAR(tape.cell(1, 0), 0.092596470792079, 1e-14);  // 0.4204 0.45 - 0.2830 0.3414
  EXPECT_NEAR(y(1, 0), 0.010425497996915, 1e-14);
}

TEST(Lstm, ComputesWhatPlainLoopsDo) {
  for (const LstmSpec spec : {LstmSpec{3, 4}, LstmSpec{1, 1}, LstmSpec{7, 19}}) {
    const LstmTrial<double> trial(spec, kLengths, 6);
    EXPECT_LT((trial.forward() - brute_force(trial)).cwiseAbs().maxCoeff(), 1e-13);
  }
}

TEST(Lstm, GivesZerosForPaddingWhateverStandsThere) {
  LstmTrial<double> trial({3, 4}, kLengths, 6);
  const Matrix<double> before = trial.forward();
  for (Index row = 0; row < trial.x.rows(); ++row) {
    EXPECT_EQ(before.row(row).cwiseAbs().maxCoeff() == 0, !trial.real(row)) << row;
    if (!trial.real(row)) trial.x.row(row).setConstant(1e9);
  }
  EXPECT_EQ(trial.forward(), before);
}

TEST(Lstm, KeepsATapeWithoutChangingItsOutputs) {
  const LstmTrial<float> trial({7, 19}, kLengths, 6);
  LstmTape<float> tape;
  EXPECT_EQ(trial.forward(&tape), trial.forward());
  EXPECT_EQ(tape.gates.rows(), 18);
}

/// Hardware sees [x_t, h_{t-1}] of real frames, one call a step, the longest sequences first.
template <class T>
void expect_real_frames_step_by_step() {
  const LstmTrial<T> trial({3, 4}, kLengths, 6);
  const StepwiseProduct<T> product(trial.parameters.weights);
  const Matrix<T> y = trial.forward(product);
  EXPECT_LT((y - trial.forward()).cwiseAbs().maxCoeff(), 1e-6);
  ASSERT_EQ(product.calls.size(), 5U);
  for (Index t = 0; t < 5; ++t) {
    const Matrix<T>& rows = product.calls[static_cast<std::size_t>(t)];
    ASSERT_EQ(rows.rows(), trial.sequences.running(t));
    ASSERT_EQ(rows.cols(), 7);
    for (Index r = 0; r < rows.rows(); ++r) {
      const Index row = trial.sequences.row(trial.sequences.order()[static_cast<std::size_t>(r)], t);
      EXPECT_EQ(rows.row(r).head(3), trial.x.row(row));
      if (t == 0)
        EXPECT_EQ(rows.row(r).tail(4).cwiseAbs().maxCoeff(), 0);
      else
        EXPECT_EQ(rows.row(r).tail(4), y.row(row - 1));
    }
  }
}

TEST(Lstm, HandsRealFramesToItsProductStepByStep) {
  expect_real_frames_step_by_step<float>();
  expect_real_frames_step_by_step<double>();
}

class LstmInFloat : public OnEachTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, LstmInFloat, testing::ValuesIn(targets()), target_name);

TEST_P(LstmInFloat, ComputesWhatPlainLoopsDo) {
  for (const LstmSpec spec : {LstmSpec{3, 4}, LstmSpec{39, 128}, LstmSpec{7, 19}}) {
    const LstmTrial<float> trial(spec, kLengths, 6, 0.3);
    LstmTrial<double> exact(spec, kLengths, 6, 0.3);
    exact.parameters = {trial.parameters.weights.cast<double>(), trial.parameters.bias.cast<double>()};
    exact.x = trial.x.cast<double>();
    EXPECT_LT((trial.forward().cast<double>() - brute_force(exact)).cwiseAbs().maxCoeff(), 1e-5);
  }
}

/// Bit for bit, on the first instruction set and on this one.
TEST_P(LstmInFloat, GivesASequenceWhatItGetsAlone) {
  for (const Index hidden : {5, 16, 19}) {
    const LstmTrial<float> trial({7, hidden}, kLengths, 6);
    const Matrix<float> together = trial.forward();
    use_target(targets().front());
    for (Index s = 0; s < trial.sequences.count(); ++s) {
      const Index length = trial.sequences.length(s);
      const Matrix<float> x = trial.x.middleRows(6 * s, length);
      Matrix<float> alone(length, hidden);
      const MatrixProduct<float> product{View<const float>(trial.parameters.weights)};
      trial.lstm.forward(x, {{length}, length}, product, trial.parameters.bias, alone);
      EXPECT_EQ(alone, together.middleRows(6 * s, length)) << s;
    }
    use_target(GetParam());
  }
}

TEST_P(LstmInFloat, GradientsAreThoseInDouble) {
  LstmTrial<double> exact({7, 19}, kLengths, 6, 0.5);
  LstmTrial<float> trial({7, 19}, kLengths, 6, 0.5);
  const auto backward = [](auto& of, auto zero) {
    using T = decltype(zero);
    LstmTape<T> tape;
    (void)of.forward(&tape);
    LayerParameters<T> gradient{Matrix<T>::Zero(76, 26), Vector<T>::Zero(76)};
    Matrix<T> grad_x(of.x.rows(), 7);
    const MatrixProduct<T> product{View<const T>(of.parameters.weights)};
    of.lstm.backward(of.sequences, product, tape, of.factors, grad_x, gradient);
    Matrix<double> all(1, gradient.weights.size() + 76 + grad_x.size());
    all << gradient.weights.template cast<double>().template reshaped<Eigen::RowMajor>().transpose(),
        gradient.bias.template cast<double>().transpose(),
        grad_x.template cast<double>().template reshaped<Eigen::RowMajor>().transpose();
    return all;
  };
  const Matrix<double> wanted = backward(exact, 0.0);
  EXPECT_LT((backward(trial, 0.0F) - wanted).cwiseAbs().maxCoeff(), 1e-5 * wanted.cwiseAbs().maxCoeff());
}

TEST(LstmBackward, GradientsMatchFiniteDifferences) {
  for (const LstmSpec spec : {LstmSpec{3, 4}, LstmSpec{1, 1}, LstmSpec{2, 9}}) {
    LstmTrial<double> trial(spec, kLengths, 6);
    for (Index row = 0; row < trial.x.rows(); ++row)  // dL/dy of padding is not read
      if (!trial.real(row)) trial.factors.row(row).setConstant(std::nan(""));
    LayerParameters<double> gradient{Matrix<double>::Zero(4 * spec.hidden, spec.inputs + spec.hidden),
                                     Vector<double>::Zero(4 * spec.hidden)};
    Matrix<double> grad_x = Matrix<double>::Constant(trial.x.rows(), spec.inputs, 99);
    const MatrixProduct<double> product{View<const double>(trial.parameters.weights)};
    LstmTape<double> tape;
    (void)trial.forward(&tape);
    trial.lstm.backward(trial.sequences, product, tape, trial.factors, grad_x, gradient);
    const auto loss = [&] {
      const Matrix<double> y = trial.forward();
      double sum = 0;
      for (Index row = 0; row < y.rows(); ++row)
        if (trial.real(row)) sum += y.row(row).dot(trial.factors.row(row));
      return sum;
    };
    expect_derivatives(trial.x.data(), trial.x.size(), grad_x.data(), loss);
    expect_derivatives(trial.parameters.weights.data(), trial.parameters.weights.size(), gradient.weights.data(), loss);
    expect_derivatives(trial.parameters.bias.data(), trial.parameters.bias.size(), gradient.bias.data(), loss);
    for (Index row = 0; row < trial.x.rows(); ++row) {
      if (trial.real(row)) continue;
      EXPECT_EQ(grad_x.row(row).cwiseAbs().maxCoeff(), 0) << row;
    }
    // Gradients of parameters are added, need no gradient of the inputs, and the tape may be used again.
    (void)trial.forward(&tape);
    const LayerParameters<double> once = gradient;
    trial.lstm.backward(trial.sequences, product, tape, trial.factors, {}, gradient);
    EXPECT_TRUE(gradient.weights.isApprox(2 * once.weights, 1e-14));
    EXPECT_TRUE(gradient.bias.isApprox(2 * once.bias, 1e-14));
  }
}

TEST(LstmWithTables, ComputesWhatPlainLoopsWithTablesDo) {
  const LstmSpec spec{1, 1, 16, 6, 3};
  LstmTrial<double> trial(spec, {1, 2}, 2);
  const auto from_table = [](GateFunction function, double range) {
    return [table = ActivationTable<double>(function, 16, range)](double x) {
      table.look_up({&x, 1});
      return x;
    };
  };
  const auto sigmoid = from_table(GateFunction::sigmoid, 6), tanh = from_table(GateFunction::tanh, 3);
  const Matrix<double> y = trial.forward();
  for (Index s = 0; s < 2; ++s) {
    double c = 0, h = 0;
    for (Index t = 0; t <= s; ++t) {
      const auto sum = [&](Index gate) {
        const auto w = trial.parameters.weights.row(gate);
        return w(0) * trial.x(2 * s + t, 0) + w(1) * h + trial.parameters.bias(gate);
      };
      c = sigmoid(sum(1)) * c + sigmoid(sum(0)) * tanh(sum(2));
      h = sigmoid(sum(3)) * tanh(c);
      EXPECT_NEAR(y(2 * s + t, 0), h, 1e-15);
    }
  }
}

/// 256 entries: gates are off by at most 1/128 and 1/64 (half a step times the slope).
TEST(LstmWithTables, IsNearTheExactOne) {
  const LstmTrial<float> exact({7, 19}, kLengths, 6, 0.3), tables({7, 19, 256}, kLengths, 6, 0.3);
  const float off = (exact.forward() - tables.forward()).cwiseAbs().maxCoeff();
  EXPECT_LT(off, 0.05F);
  EXPECT_GT(off, 0.0005F);
}

TEST(LstmWithTables, RefusesTooManyEntries) {
  EXPECT_THROW(Lstm<float>({7, 19, 257}), Error);
}

TEST(LstmBias, OpensTheForgetGates) {
  const Vector<float> bias = initial_lstm_bias<float>(3);
  EXPECT_EQ(bias.size(), 12);
  for (Index j = 0; j < 12; ++j) EXPECT_EQ(bias(j), j / 3 == 1 ? 1.0F : 0.0F) << j;
}

TEST(Lstm, RefusesWhatDoesNotFit) {
  LstmTrial<double> trial({3, 4}, kLengths, 6);
  trial.x.resize(29, 3);
  EXPECT_THROW((void)trial.forward(), std::logic_error);
}

TEST(LstmBackward, GoesThroughAProductsOwnParameters) {
  LstmTrial<double> trial({3, 4}, {2, 4, 1}, 4);
  double gain = 1.2;
  const gradients::GainProduct<double> product(trial.parameters.weights, gain);
  LstmTape<double> tape;
  (void)trial.forward(product, &tape);
  Matrix<double> grad_x(trial.x.rows(), 3);
  LayerParameters<double> gradient{Matrix<double>::Zero(16, 7), Vector<double>::Zero(16)};
  trial.lstm.backward(trial.sequences, product, tape, trial.factors, grad_x, gradient);
  const double grad_gain = product.grad_gain;
  const auto loss = [&] {
    double sum = 0;
    const Matrix<double> y = trial.forward(product);
    for (Index row = 0; row < y.rows(); ++row)
      if (trial.real(row)) sum += y.row(row).dot(trial.factors.row(row));
    return sum;
  };
  expect_derivatives(trial.parameters.weights.data(), trial.parameters.weights.size(), gradient.weights.data(), loss);
  expect_derivatives(trial.parameters.bias.data(), trial.parameters.bias.size(), gradient.bias.data(), loss);
  expect_derivatives(&gain, 1, &grad_gain, loss);
  for (Index row = 0; row < trial.x.rows(); ++row)
    if (trial.real(row)) expect_derivatives(trial.x.row(row).data(), 3, grad_x.row(row).data(), loss);
}

}  // namespace lstm_test
}  // namespace ohmcarlo::lstm_test
