// The products of what two nodes give, value by value.

#include "network/kernel.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class MultiplicationKernel;

class Multiplication final : public OperationOf<Multiplication, MultiplicationKernel> {
 public:
  explicit Multiplication(const FeatureShape& in) : OperationOf({in, in}, in) {}
  [[nodiscard]] std::string_view kind() const override { return "multiplication"; }
  /// Kept, since working it out again would need both branches.
  [[nodiscard]] bool is_dear() const override { return true; }
};

template <class T>
class MultiplicationKernel final : public Kernel<T> {
 public:
  explicit MultiplicationKernel(const Multiplication& /*operation*/) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    y.map() = pass.inputs[0].map().cwiseProduct(pass.inputs[1].map());
  }
  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y,
                std::span<const View<T>> grad_inputs, const NodeGradient<T>& /*gradient*/) const override {
    for (std::size_t i = 0; i < 2; ++i)
      if (grad_inputs[i].rows > 0) grad_inputs[i].map() = grad_y.map().cwiseProduct(pass.inputs[1 - i].map());
  }
};

}  // namespace

Node multiplication(const std::string& name, Planes in, std::size_t input, std::size_t factor) {
  return {name, std::make_shared<Multiplication>(checked_shape(name, in)), {input, factor}};
}

}  // namespace ohmcarlo
