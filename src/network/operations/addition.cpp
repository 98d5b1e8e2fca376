// The sum of what two nodes give, the first times a factor.

#include "network/addition.hpp"

#include "network/kernel.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class AdditionKernel;

class Addition final : public OperationOf<Addition, AdditionKernel> {
 public:
  Addition(const FeatureShape& in, double factor) : OperationOf({in, in}, in), factor_(factor) {}
  [[nodiscard]] std::string_view kind() const override { return "addition"; }
  [[nodiscard]] double factor() const { return factor_; }
  /// Kept, since working it out again would need both branches.
  [[nodiscard]] bool is_dear() const override { return true; }

 private:
  double factor_;
};

template <class T>
class AdditionKernel final : public Kernel<T> {
 public:
  explicit AdditionKernel(const Addition& operation) : factor_(static_cast<T>(operation.factor())) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    y.map() = factor_ * pass.inputs[0].map() + pass.inputs[1].map();
  }
  void backward(const NodePass<T>& /*pass*/, View<const T> /*y*/, View<const T> grad_y,
                std::span<const View<T>> grad_inputs, const NodeGradient<T>& /*gradient*/) const override {
    if (grad_inputs[0].rows > 0) grad_inputs[0].map() = factor_ * grad_y.map();
    if (grad_inputs[1].rows > 0) grad_inputs[1].map() = grad_y.map();
  }

 private:
  T factor_;
};

}  // namespace

Node addition(const std::string& name, Planes in, std::size_t input, std::size_t addend, double factor) {
  return {name, std::make_shared<Addition>(checked_shape(name, in), factor), {input, addend}};
}

std::optional<double> addition_factor(const Operation& operation) {
  const auto* addition = dynamic_cast<const Addition*>(&operation);
  return addition != nullptr ? std::optional(addition->factor()) : std::nullopt;
}

}  // namespace ohmcarlo
