#include "network/lstm_step.hpp"

#include <cmath>
#include <span>

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "network/lstm_step.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "network/smooth-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {

/// Gates and c of as many units from unit j of a row on as D has lanes.
template <class D>
HWY_INLINE void update_units(D d, const LstmState<float>& state, const float* bias, Index row, Index j) {
  using V = hn::Vec<D>;
  const Index hidden = state.cell.cols;
  float* gates = state.gates.row(row) + j;
  const auto sum = [&](Index gate) HWY_ATTR {
    return hn::Add(hn::LoadU(d, gates + gate * hidden), hn::LoadU(d, bias + gate * hidden + j));
  };
  const V i = sigmoid(d, sum(0));
  const V f = sigmoid(d, sum(1));
  const V g = hyperbolic_tangent(d, sum(2));
  const V o = sigmoid(d, sum(3));
  hn::StoreU(i, d, gates);
  hn::StoreU(f, d, gates + hidden);
  hn::StoreU(g, d, gates + 2 * hidden);
  hn::StoreU(o, d, gates + 3 * hidden);
  hn::StoreU(hn::MulAdd(f, hn::LoadU(d, state.previous.row(row) + j), hn::Mul(i, g)), d, state.cell.row(row) + j);
}

/// The outputs h of these units, from their c and o.
template <class D>
HWY_INLINE void show_units(D d, const LstmState<float>& state, Index row, Index j) {
  const auto squashed = hyperbolic_tangent(d, hn::LoadU(d, state.cell.row(row) + j));
  hn::StoreU(squashed, d, state.squashed.row(row) + j);
  hn::StoreU(hn::Mul(hn::LoadU(d, state.gates.row(row) + 3 * state.cell.cols + j), squashed), d, state.h.row(row) + j);
}

/// Two loops over the units of a row: the second has to wait for the first, which would keep a single one from looking
/// ahead.
void step(const LstmState<float>& state, const float* bias) {
  const hn::ScalableTag<float> wide;
  const hn::CappedTag<float, 1> narrow;
  const auto lanes = static_cast<Index>(hn::Lanes(wide));
  const Index hidden = state.cell.cols, whole = hidden / lanes * lanes;
  for (Index row = 0; row < state.gates.rows; ++row) {
    for (Index j = 0; j < whole; j += lanes) update_units(wide, state, bias, row, j);
    for (Index j = whole; j < hidden; ++j) update_units(narrow, state, bias, row, j);
    for (Index j = 0; j < whole; j += lanes) show_units(wide, state, row, j);
    for (Index j = whole; j < hidden; ++j) show_units(narrow, state, row, j);
  }
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {

HWY_EXPORT(step);

namespace {

template <class T>
std::span<T> units(T* first, Index count) {
  return {first, static_cast<std::size_t>(count)};
}

/// A function for all units of a row after the other: sigmoid and tanh replace every element of a span by theirs.
template <class T, class Sigmoid, class Tanh>
void step_by_rows(const LstmState<T>& state, const Vector<T>& bias, const Sigmoid& sigmoid, const Tanh& tanh) {
  const Index hidden = state.cell.cols;
  for (Index row = 0; row < state.gates.rows; ++row) {
    T* gates = state.gates.row(row);
    for (Index j = 0; j < 4 * hidden; ++j) gates[j] += bias(j);
    sigmoid(units(gates, 2 * hidden));
    tanh(units(gates + 2 * hidden, hidden));
    sigmoid(units(gates + 3 * hidden, hidden));
    for (Index j = 0; j < hidden; ++j) {
      state.cell(row, j) = gates[hidden + j] * state.previous(row, j) + gates[j] * gates[2 * hidden + j];
      state.squashed(row, j) = state.cell(row, j);
    }
    tanh(units(state.squashed.row(row), hidden));
    for (Index j = 0; j < hidden; ++j) state.h(row, j) = gates[3 * hidden + j] * state.squashed(row, j);
  }
}

void exact_step(const LstmState<float>& state, const Vector<float>& bias) {
  HWY_DYNAMIC_DISPATCH(step)(state, bias.data());
}

void exact_step(const LstmState<double>& state, const Vector<double>& bias) {
  const auto sigmoid = [](std::span<double> x) {
    for (double& element : x) element = 1 / (1 + std::exp(-element));
  };
  const auto tanh = [](std::span<double> x) {
    for (double& element : x) element = std::tanh(element);
  };
  step_by_rows(state, bias, sigmoid, tanh);
}

}  // namespace

template <class T>
void lstm_step(const LstmState<T>& state, const Vector<T>& bias, const GateTables<T>* tables) {
  if (tables == nullptr) return exact_step(state, bias);
  step_by_rows(
      state, bias, [&](std::span<T> x) { tables->sigmoid.look_up(x); },
      [&](std::span<T> x) { tables->tanh.look_up(x); });
}

template void lstm_step<float>(const LstmState<float>&, const Vector<float>&, const GateTables<float>*);
template void lstm_step<double>(const LstmState<double>&, const Vector<double>&, const GateTables<double>*);

}  // namespace ohmcarlo
#endif
