#include "network/lstm.hpp"

#include <algorithm>

#include "network/repeated_product.hpp"

namespace ohmcarlo {
namespace {

/// dL/dsums of one row from its gates, in their place, and what goes on to the step before: dL/dc_{t-1}. `grad_h` is
/// the whole of dL/dh_t. Without `previous`, c_{t-1} is 0.
template <class T>
void step_back(T* gates, const T* previous, const T* squashed, const T* grad_h, T* grad_cell, Index hidden) {
#ifdef __clang__
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
  for (Index j = 0; j < hidden; ++j) {
    const T i = gates[j], f = gates[hidden + j], g = gates[2 * hidden + j], o = gates[3 * hidden + j];
    const T grad_c = grad_cell[j] + grad_h[j] * o * (1 - squashed[j] * squashed[j]);
    gates[j] = grad_c * g * i * (1 - i);
    gates[hidden + j] = grad_c * previous[j] * f * (1 - f);
    gates[2 * hidden + j] = grad_c * i * (1 - g * g);
    gates[3 * hidden + j] = grad_h[j] * squashed[j] * o * (1 - o);
    grad_cell[j] = grad_c * f;
  }
}

/// The real frames of one step among those of all steps.
template <class T>
View<T> at_step(Matrix<T>& packed, const Sequences& sequences, Index step) {
  return View<T>(packed).middle_rows(sequences.first(step), sequences.running(step));
}

}  // namespace

template <class T>
Vector<T> initial_lstm_bias(Index hidden) {
  Vector<T> bias = Vector<T>::Zero(4 * hidden);
  bias.segment(hidden, hidden).setOnes();
  return bias;
}

template <class T>
Lstm<T>::Lstm(const LstmSpec& spec) : spec_(spec) {
  if (spec.table_entries != 0)
    tables_ = GateTables<T>{ActivationTable<T>(GateFunction::sigmoid, spec.table_entries, spec.sigmoid_range),
                            ActivationTable<T>(GateFunction::tanh, spec.table_entries, spec.tanh_range)};
}

template <class T>
void Lstm<T>::forward(View<const T> x, const Sequences& sequences, const Product<T>& product, const Vector<T>& bias,
                      View<T> y, LstmTape<T>* tape) const {
  const Index rows = sequences.count() * sequences.steps(), hidden = spec_.hidden, width = spec_.inputs + hidden;
  require(x.rows == rows && x.cols == spec_.inputs && y.rows == rows && y.cols == hidden && bias.size() == 4 * hidden,
          "inputs, outputs and biases fit the sequences and the layer");
  // Without a tape, every step uses the rows of the first one again.
  LstmTape<T> scratch;
  LstmTape<T>& kept = tape != nullptr ? *tape : scratch;
  const Index frames = tape != nullptr ? sequences.frames() : sequences.count();
  kept.inputs.resize(frames, width);
  kept.gates.resize(frames, 4 * hidden);
  kept.cell.resize(frames, hidden);
  kept.squashed.resize(frames, hidden);
  const RepeatedProduct<T> weights(product);
  const Matrix<T> zero = Matrix<T>::Zero(sequences.count(), hidden);
  Matrix<T> h = zero;
  for (Index t = 0; t < sequences.steps(); ++t) {
    const Index running = sequences.running(t);
    const auto order = sequences.order();
    for (std::size_t r = static_cast<std::size_t>(running); r < order.size(); ++r)
      std::fill_n(y.row(sequences.row(order[r], t)), hidden, T(0));
    if (running == 0) continue;
    const auto now = [&](Matrix<T>& matrix) {
      return View<T>(matrix).middle_rows(tape != nullptr ? sequences.first(t) : 0, running);
    };
    const View<T> inputs = now(kept.inputs), cell = now(kept.cell);
    for (Index r = 0; r < running; ++r) {
      const T* frame = x.row(sequences.row(order[static_cast<std::size_t>(r)], t));
      std::copy_n(h.data() + r * hidden, hidden, std::copy_n(frame, spec_.inputs, inputs.row(r)));
    }
    View<const T> previous = View<const T>(zero).middle_rows(0, running);
    if (t > 0) previous = tape != nullptr ? at_step(kept.cell, sequences, t - 1).middle_rows(0, running) : cell;
    const LstmState<T> state{now(kept.gates), previous, cell, now(kept.squashed), View<T>(h).middle_rows(0, running)};
    weights.apply(inputs, state.gates);
    lstm_step(state, bias, tables_ ? &*tables_ : nullptr);
    for (Index r = 0; r < running; ++r)
      std::copy_n(h.data() + r * hidden, hidden, y.row(sequences.row(order[static_cast<std::size_t>(r)], t)));
  }
}

template <class T>
void Lstm<T>::backward(const Sequences& sequences, const Product<T>& product, LstmTape<T>& tape, View<const T> grad_y,
                       View<T> grad_x, LayerParameters<T>& gradient) const {
  const Index hidden = spec_.hidden;
  require(tape.gates.rows() == sequences.frames() && grad_y.rows == sequences.count() * sequences.steps() &&
              grad_y.cols == hidden,
          "the tape and the gradient are those of the sequences");
  const bool own_backward = product.has_own_backward();
  Matrix<T> grad_packed(own_backward ? sequences.frames() : 0, spec_.inputs + hidden);  // dL/d[x_t, h_{t-1}]
  const View<const T> weights = product.backward_weights();
  const Matrix<T> zero = Matrix<T>::Zero(1, hidden);
  // What comes from the step after; a sequence's rows are still zero when its last frame is reached.
  Matrix<T> grad_h = Matrix<T>::Zero(sequences.count(), hidden);
  Matrix<T> grad_cell = grad_h;
  for (Index t = sequences.steps(); t-- > 0;) {
    const View<T> gates = at_step(tape.gates, sequences, t), squashed = at_step(tape.squashed, sequences, t);
    for (Index r = 0; r < gates.rows; ++r) {
      grad_h.row(r) += grad_y.map().row(sequences.row(sequences.order()[static_cast<std::size_t>(r)], t));
      const T* previous = t > 0 ? tape.cell.row(sequences.first(t - 1) + r).data() : zero.data();
      step_back(gates.row(r), previous, squashed.row(r), grad_h.row(r).data(), grad_cell.row(r).data(), hidden);
    }
    if (own_backward) {
      const View<T> grad_inputs = at_step(grad_packed, sequences, t);
      product.backward(at_step(tape.inputs, sequences, t), gates, grad_inputs, gradient.weights);
      grad_h.topRows(gates.rows) = grad_inputs.middle_cols(spec_.inputs, hidden).map();
    } else if (t > 0) {
      multiply(View<const T>(gates), Transpose::no, weights.middle_cols(spec_.inputs, hidden), Transpose::no,
               View<T>(grad_h).middle_rows(0, gates.rows));
    }
  }
  const View<const T> grad_sums = tape.gates;
  if (!own_backward)
    multiply(grad_sums, Transpose::yes, View<const T>(tape.inputs), Transpose::no, View<T>(gradient.weights), T(1),
             T(1));
  gradient.bias += tape.gates.colwise().sum().transpose();
  if (grad_x.rows == 0) return;
  Matrix<T> packed(sequences.frames(), spec_.inputs);
  if (own_backward)
    packed = grad_packed.leftCols(spec_.inputs);
  else
    multiply(grad_sums, Transpose::no, weights.middle_cols(0, spec_.inputs), Transpose::no, View<T>(packed));
  grad_x.map().setZero();
  for (Index t = 0; t < sequences.steps(); ++t)
    for (Index r = 0; r < sequences.running(t); ++r)
      grad_x.map().row(sequences.row(sequences.order()[static_cast<std::size_t>(r)], t)) =
          packed.row(sequences.first(t) + r);
}

template Vector<float> initial_lstm_bias<float>(Index);
template Vector<double> initial_lstm_bias<double>(Index);
template class Lstm<float>;
template class Lstm<double>;

}  // namespace ohmcarlo
