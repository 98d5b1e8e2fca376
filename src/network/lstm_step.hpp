#pragma once
// The element-wise arithmetic of one time step of an LSTM. For the use of network/lstm.cpp.

#include "linalg/matrix.hpp"
#include "network/activation_table.hpp"

namespace ohmcarlo {

/// Sigmoid and tanh from tables.
template <class T>
struct GateTables {
  ActivationTable<T> sigmoid;
  ActivationTable<T> tanh;
};

/// The state of some sequences, one row each, over one time step.
template <class T>
struct LstmState {
  View<T> gates;           ///< [rows, 4 hidden] i, f, g, o: weighted sums without bias before, gates after the step
  View<const T> previous;  ///< [rows, hidden]: c_{t-1}
  View<T> cell;            ///< [rows, hidden]: becomes c_t; may be `previous`
  View<T> squashed;        ///< [rows, hidden]: becomes tanh(c_t)
  View<T> h;               ///< [rows, hidden]: becomes h_t
};

/// One time step of the sequences whose state is given. bias [4 hidden]; without tables sigmoid and tanh are exact.
/// In float every number has the same bits wherever it stands, on every processor.
template <class T>
void lstm_step(const LstmState<T>& state, const Vector<T>& bias, const GateTables<T>* tables);

}  // namespace ohmcarlo
