// The dropout operation: drops in training passes (network/dropout.hpp), changes nothing in others.

#include "network/dropout.hpp"

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class DropoutKernel;

class Dropout final : public OperationOf<Dropout, DropoutKernel> {
 public:
  Dropout(const FeatureShape& in, double rate) : OperationOf({in}, in), rate_(rate) {}
  [[nodiscard]] std::string_view kind() const override { return "dropout"; }
  [[nodiscard]] double rate() const { return rate_; }
  [[nodiscard]] bool keeps_chips_apart() const override { return true; }

 private:
  double rate_;
};

template <class T>
class DropoutKernel final : public UnaryKernel<T> {
 public:
  explicit DropoutKernel(const Dropout& operation) : rate_(operation.rate()) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    if (pass.dropout != nullptr)
      drop<T>(rate_, pass.number, *pass.dropout, pass.x(), y);
    else
      y.map() = pass.x().map();
  }
  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows == 0) return;
    if (pass.dropout != nullptr)
      drop<T>(rate_, pass.number, *pass.dropout, grad_y, grad_x);
    else
      grad_x.map() = grad_y.map();
  }

 private:
  double rate_;
};

void add_dropout(LayerText& text, NetworkBuilder& network) {
  const std::string name = network.next_name("dropout");
  network.add(dropout(name, network.planes(), text.take_number()));
}

}  // namespace

Node dropout(const std::string& name, Planes in, double rate) {
  if (!(rate >= 0 && rate < 1)) fail_usage("layer {}: a share of {} to drop (0 or more, below 1)", name, rate);
  return {name, std::make_shared<Dropout>(checked_shape(name, in), rate)};
}

namespace words {
extern const LayerWord dropout;
constinit const LayerWord dropout{"dropout", &add_dropout};
}  // namespace words

}  // namespace ohmcarlo
