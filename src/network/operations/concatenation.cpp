// The channels of several nodes, one behind the other.

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class ConcatenationKernel;

class Concatenation final : public OperationOf<Concatenation, ConcatenationKernel> {
 public:
  using OperationOf::OperationOf;
  [[nodiscard]] std::string_view kind() const override { return "concatenation"; }
  /// Kept, since working it out again would need all branches.
  [[nodiscard]] bool is_dear() const override { return true; }
};

template <class T>
class ConcatenationKernel final : public Kernel<T> {
 public:
  explicit ConcatenationKernel(const Concatenation& /*operation*/) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    Index first = 0;
    for (const View<const T>& x : pass.inputs) {
      y.map().middleCols(first, x.cols) = x.map();
      first += x.cols;
    }
  }
  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y,
                std::span<const View<T>> grad_inputs, const NodeGradient<T>& /*gradient*/) const override {
    Index first = 0;
    for (std::size_t i = 0; i < pass.inputs.size(); ++i) {
      if (grad_inputs[i].rows > 0) grad_inputs[i].map() = grad_y.map().middleCols(first, pass.inputs[i].cols);
      first += pass.inputs[i].cols;
    }
  }
};

}  // namespace

Node concatenation(const std::string& name, const std::vector<Planes>& in, std::vector<std::size_t> inputs) {
  require(!in.empty() && in.size() == inputs.size(), "a concatenation has planes of each of its inputs");
  std::vector<FeatureShape> shapes;
  Planes out{0, in.front().height, in.front().width};
  for (const Planes& planes : in) {
    if (planes.height != out.height || planes.width != out.width)
      fail_usage("layer {}: planes of {} x {} and of {} x {} (allowed: of one size)", name, out.height, out.width,
                 planes.height, planes.width);
    shapes.push_back(checked_shape(name, planes));
    out.channels += planes.channels;
  }
  return {name, std::make_shared<Concatenation>(std::move(shapes), FeatureShape::of_planes(out)), std::move(inputs)};
}

}  // namespace ohmcarlo
