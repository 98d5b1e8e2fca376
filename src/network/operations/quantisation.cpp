// Rounds, and lets gradients through (network/quantisation.hpp). Training puts it where it wants it: no text makes it.

#include "network/quantisation.hpp"

#include "network/kernel.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class QuantisationKernel;

class Quantisation final : public OperationOf<Quantisation, QuantisationKernel> {
 public:
  Quantisation(const FeatureShape& in, int bits) : OperationOf({in}, in), bits_(bits) {}
  [[nodiscard]] std::string_view kind() const override { return "quantisation"; }
  [[nodiscard]] int bits() const { return bits_; }

 private:
  int bits_;
};

template <class T>
class QuantisationKernel final : public UnaryKernel<T> {
 public:
  explicit QuantisationKernel(const Quantisation& operation) : bits_(operation.bits()) {}
  void forward(const NodePass<T>& pass, View<T> y) const override { quantise(bits_, pass.x(), y); }
  void backward(const NodePass<T>& /*pass*/, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows > 0) grad_x.map() = grad_y.map();
  }

 private:
  int bits_;
};

}  // namespace

Node quantisation(const std::string& name, const FeatureShape& in, int bits) {
  return {name, std::make_shared<Quantisation>(in, bits)};
}

}  // namespace ohmcarlo
