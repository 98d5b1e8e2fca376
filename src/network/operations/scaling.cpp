// Values times a number plus another, one pair a channel or a feature.

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class ScalingKernel;

class Scaling final : public OperationOf<Scaling, ScalingKernel> {
 public:
  Scaling(const FeatureShape& shape, Vector<float> factors, Vector<float> offsets)
      : OperationOf({shape}, shape), factors_(std::move(factors)), offsets_(std::move(offsets)) {}
  [[nodiscard]] std::string_view kind() const override { return "scaling"; }
  [[nodiscard]] bool keeps_chips_apart() const override { return true; }
  [[nodiscard]] const Vector<float>& factors() const { return factors_; }
  [[nodiscard]] const Vector<float>& offsets() const { return offsets_; }

 private:
  Vector<float> factors_, offsets_;
};

template <class T>
class ScalingKernel final : public UnaryKernel<T> {
 public:
  explicit ScalingKernel(const Scaling& operation)
      : factors_(operation.factors().cast<T>()),
        offsets_(operation.offsets().cast<T>()),
        width_(operation.output().features / factors_.size()) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    const View<const T> x = pass.x();
    for_each_part(y, [&](Index row, Index first, T factor, T offset) {
      for (Index k = first; k < first + width_; ++k) y(row, k) = x(row, k) * factor + offset;
    });
  }
  void backward(const NodePass<T>& /*pass*/, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    for_each_part(grad_x, [&](Index row, Index first, T factor, T /*offset*/) {
      for (Index k = first; k < first + width_; ++k) grad_x(row, k) = grad_y(row, k) * factor;
    });
  }

 private:
  /// Calls visit(row, first column, factor, offset) for every channel of every row, chip after chip.
  template <class Visit>
  void for_each_part(View<T> values, const Visit& visit) const {
    for (Index row = 0; row < values.rows; ++row)
      for (Index part = 0; part * width_ < values.cols; ++part)
        visit(row, part * width_, factors_(part % factors_.size()), offsets_(part % factors_.size()));
  }

  Vector<T> factors_, offsets_;
  Index width_;  ///< features that share a number
};

const Scaling& scaling_of(const Node& node) {
  const auto* found = dynamic_cast<const Scaling*>(node.operation.get());
  require(found != nullptr, "a node that is asked for its scaling has one");
  return *found;
}

}  // namespace

Node scaling(const std::string& name, Planes in, Vector<float> factors, Vector<float> offsets) {
  const FeatureShape shape = checked_shape(name, in);
  require(factors.size() == offsets.size() && (factors.size() == in.channels || factors.size() == in.features()),
          "a scaling has a number a channel or a feature");
  return {name, std::make_shared<Scaling>(shape, std::move(factors), std::move(offsets))};
}

bool is_scaling(const Node& node) {
  return dynamic_cast<const Scaling*>(node.operation.get()) != nullptr;
}

Node joined_scaling(const Node& first, const Node& second) {
  const Scaling &a = scaling_of(first), &b = scaling_of(second);
  const Index numbers = std::max(a.factors().size(), b.factors().size());
  const auto spread = [&](const Vector<float>& values) {
    Vector<double> all(numbers);
    for (Index i = 0; i < numbers; ++i) all(i) = static_cast<double>(values(i * values.size() / numbers));
    return all;
  };
  const Vector<double> factors = spread(b.factors());
  const Vector<double> offsets = factors.cwiseProduct(spread(a.offsets())) + spread(b.offsets());
  return {first.name,
          std::make_shared<Scaling>(first.out(), factors.cwiseProduct(spread(a.factors())).cast<float>(),
                                    offsets.cast<float>()),
          first.inputs};
}

}  // namespace ohmcarlo
