// Recurrent layers that only go forward: plain and gated ones.

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/operations.hpp"
#include "network/repeated_product.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class RecurrentKernel;

class Recurrent final : public OperationOf<Recurrent, RecurrentKernel> {
 public:
  Recurrent(const FeatureShape& in, Index hidden, RecurrentCell cell, Vector<float> behind)
      : OperationOf({in}, FeatureShape::of_planes({hidden, 1, 1})), cell_(cell), behind_(std::move(behind)) {}
  [[nodiscard]] std::string_view kind() const override { return is_gated() ? "gru" : "rnn"; }
  [[nodiscard]] WeightShape weights() const override {
    const Index hidden = output().features;
    return {.outputs = (is_gated() ? 3 : 1) * hidden,
            .inputs = inputs().front().features + hidden,
            .uses = is_gated() ? 2 : 1};
  }
  [[nodiscard]] bool takes_sequences() const override { return true; }
  [[nodiscard]] bool is_recurrent() const override { return true; }
  [[nodiscard]] RecurrentCell cell() const { return cell_; }
  [[nodiscard]] const Vector<float>& behind() const { return behind_; }

 private:
  [[nodiscard]] bool is_gated() const {
    return cell_ == RecurrentCell::gru || cell_ == RecurrentCell::gru_reset_behind;
  }

  RecurrentCell cell_;
  Vector<float> behind_;
};

template <class T>
class RecurrentKernel final : public UnaryKernel<T> {
 public:
  explicit RecurrentKernel(const Recurrent& operation)
      : cell_(operation.cell()),
        inputs_(operation.inputs().front().features),
        hidden_(operation.output().features),
        behind_(operation.behind().cast<T>()) {}

  void forward(const NodePass<T>& pass, View<T> y) const override {
    const Sequences& sequences = *pass.sequences;
    const View<const T> x = pass.x();
    const RepeatedProduct<T> product(*pass.product);
    Matrix<T> h = Matrix<T>::Zero(sequences.count(), hidden_);  // longest sequence first
    for (Index t = 0; t < sequences.steps(); ++t) {
      const Index running = sequences.running(t);
      const auto row_of = [&](Index r) { return sequences.row(sequences.order()[static_cast<std::size_t>(r)], t); };
      for (Index r = running; r < sequences.count(); ++r) std::fill_n(y.row(row_of(r)), hidden_, T(0));
      if (running == 0) continue;
      Matrix<T> frames(running, inputs_);
      for (Index r = 0; r < running; ++r) std::copy_n(x.row(row_of(r)), inputs_, frames.row(r).data());
      step(frames, product, *pass.bias, View<T>(h).middle_rows(0, running));
      for (Index r = 0; r < running; ++r) std::copy_n(h.row(r).data(), hidden_, y.row(row_of(r)));
    }
  }

  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> /*grad_y*/, View<T> /*grad_x*/,
                const NodeGradient<T>& /*gradient*/) const override {
    fail_usage("layer {}: it only goes forward, and cannot be trained", pass.name);
  }

 private:
  /// W [frames, states], without biases.
  [[nodiscard]] Matrix<T> sums(const RepeatedProduct<T>& product, const Matrix<T>& frames, const Matrix<T>& states,
                               Index outputs) const {
    Matrix<T> together(frames.rows(), inputs_ + hidden_), sums(frames.rows(), outputs);
    together << frames, states;
    product.apply(together, sums);
    return sums;
  }

  static T sigmoid(T value) { return T(1) / (T(1) + std::exp(-value)); }

  /// One value at a time: vectors of them are rounded otherwise than the rest of a row.
  void step(const Matrix<T>& frames, const RepeatedProduct<T>& product, const Vector<T>& bias, View<T> h) const {
    const Index rows = h.rows, outputs = bias.size(), n = 2 * hidden_;
    const Matrix<T> before = h.map(), none = Matrix<T>::Zero(rows, hidden_);
    const bool reset_behind = cell_ == RecurrentCell::gru_reset_behind;
    Matrix<T> first = sums(product, frames, reset_behind ? none : before, outputs);
    first.rowwise() += bias.transpose();
    if (cell_ == RecurrentCell::tanh || cell_ == RecurrentCell::relu) {
      const bool rectifies = cell_ == RecurrentCell::relu;
      h.map() = first.unaryExpr([rectifies](T v) { return rectifies ? std::max(v, T(0)) : std::tanh(v); });
      return;
    }
    Matrix<T> second;
    if (reset_behind) {
      second = sums(product, Matrix<T>::Zero(rows, inputs_), before, outputs);
      first.leftCols(n) += second.leftCols(n);
    }
    first.leftCols(n) = first.leftCols(n).unaryExpr([](T v) { return sigmoid(v); }).eval();
    const Matrix<T> z = first.leftCols(hidden_), r = first.middleCols(hidden_, hidden_);
    Matrix<T> inner(rows, hidden_);
    if (reset_behind) {
      Matrix<T> turned = second.rightCols(hidden_);
      if (behind_.size() > 0) turned.rowwise() += behind_.transpose();
      inner = first.rightCols(hidden_) + r.cwiseProduct(turned);
    } else {
      inner = sums(product, frames, r.cwiseProduct(before), outputs).rightCols(hidden_);
      inner.rowwise() += bias.tail(hidden_).transpose();
    }
    inner = inner.unaryExpr([](T v) { return std::tanh(v); }).eval();
    h.map() = inner + z.cwiseProduct(before - inner);
  }

  RecurrentCell cell_;
  Index inputs_, hidden_;
  Vector<T> behind_;
};

}  // namespace

Node recurrent(const std::string& name, Planes in, Index hidden, RecurrentCell cell, Vector<float> behind) {
  if (hidden < 1) fail_usage("layer {}: {} cells (at least 1)", name, hidden);
  require(behind.size() == 0 || behind.size() == hidden, "a recurrent layer has a number behind the reset a unit");
  return {name, std::make_shared<Recurrent>(checked_shape(name, in), hidden, cell, std::move(behind))};
}

bool only_goes_forward(const Node& node) {
  return dynamic_cast<const Recurrent*>(node.operation.get()) != nullptr;
}

}  // namespace ohmcarlo
