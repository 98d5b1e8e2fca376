#pragma once
// A recurrent layer of LSTM units (Hochreiter and Schmidhuber, Neural Computation 9, 1997) with forget gates (Gers,
// Schmidhuber and Cummins, Neural Computation 12, 2000), without peepholes:
//
//   i, f, o = sigmoid, g = tanh of W [x_t, h_{t-1}] + b
//   c_t = f c_{t-1} + i g,  h_t = o tanh(c_t),  h_{-1} = c_{-1} = 0
//
// All gates are one matrix W [4 hidden, inputs + hidden], so one stack of arrays: rows of the input gates i first, then
// forget f, cell g, output o, `hidden` rows each; columns of x first, then of h. (torch keeps the gates in this order,
// and [weight_ih_l0, weight_hh_l0] side by side make W; its two biases are added up.)

#include <optional>

#include "network/lstm_step.hpp"
#include "network/parameters.hpp"
#include "network/product.hpp"
#include "network/sequence.hpp"

namespace ohmcarlo {

struct LstmSpec {
  Index inputs = 0;          ///< features of a frame
  Index hidden = 0;          ///< units, as many outputs
  int table_entries = 0;     ///< of the tables that stand for sigmoid and tanh (ActivationTable); 0: exact
  double sigmoid_range = 8;  ///< that the tables cover, on either side of 0
  double tanh_range = 4;
};

class Operation;
/// What an operation is made of that is an LSTM; nothing of another one.
[[nodiscard]] std::optional<LstmSpec> lstm_spec(const Operation& operation);

/// Zeros [4 hidden], but ones for the forget gates, which at first shall keep what the units remember.
template <class T>
[[nodiscard]] Vector<T> initial_lstm_bias(Index hidden);

/// What a forward pass leaves for the backward pass: the real frames of all time steps, packed as Sequences::first()
/// says. Reused between passes.
template <class T>
struct LstmTape {
  Matrix<T> inputs;    ///< [frames, inputs + hidden]: [x_t, h_{t-1}]
  Matrix<T> gates;     ///< [frames, 4 hidden]: i, f, g, o; the backward pass turns them into dL/dsums
  Matrix<T> cell;      ///< [frames, hidden]: c_t
  Matrix<T> squashed;  ///< [frames, hidden]: tanh(c_t)
};

/// The layer has no state: parameters, sequences and tape are passed in. x and y lie as network/sequence.hpp says.
///
/// It hands real frames to its product only: one call of apply a time step, from step 0 on, whose row r is a frame of
/// sequence sequences.order()[r]. A plain product of floats is computed in such a way (PackedWeights) that a
/// sequence's outputs have the same bits whatever else is in the batch; so they have with any other product that gives
/// every row what it would get alone.
template <class T>
class Lstm {
 public:
  /// Throws an Error for tables that are impossible.
  explicit Lstm(const LstmSpec& spec);

  /// x [count * steps, inputs] -> y [count * steps, hidden], h_t of every frame, zeros for padding. Every sequence
  /// starts from a state of zeros. Without a tape nothing is kept.
  void forward(View<const T> x, const Sequences& sequences, const Product<T>& product, const Vector<T>& bias, View<T> y,
               LstmTape<T>* tape = nullptr) const;

  /// Back-propagation through time: from dL/dy [count * steps, hidden], of which padding is not read, to dL/dx, zero
  /// for padding, and dL/dparameters added to `gradient`. Uses up the tape of the forward pass. An empty grad_x (no
  /// rows) is not computed. A table counts as the function that it stands for: its slope is taken from its value.
  void backward(const Sequences& sequences, const Product<T>& product, LstmTape<T>& tape, View<const T> grad_y,
                View<T> grad_x, LayerParameters<T>& gradient) const;

 private:
  LstmSpec spec_;
  std::optional<GateTables<T>> tables_;
};

}  // namespace ohmcarlo
