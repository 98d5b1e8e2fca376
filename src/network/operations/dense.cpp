// The dense operation: products of the features with a matrix of weights, plus biases.

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class DenseKernel;

class Dense final : public OperationOf<Dense, DenseKernel> {
 public:
  Dense(Index inputs, Index outputs, bool biased)
      : OperationOf({FeatureShape::of_features(inputs)}, FeatureShape::of_features(outputs)), biased_(biased) {}
  [[nodiscard]] std::string_view kind() const override { return "dense"; }
  [[nodiscard]] WeightShape weights() const override { return {output().features, inputs().front().features, biased_}; }
  [[nodiscard]] std::shared_ptr<const Operation> with_biases() const override {
    return std::make_shared<Dense>(inputs().front().features, output().features, true);
  }
  [[nodiscard]] bool is_dense() const override { return true; }
  [[nodiscard]] bool keeps_chips_apart() const override { return true; }

 private:
  bool biased_;
};

template <class T>
class DenseKernel final : public UnaryKernel<T> {
 public:
  explicit DenseKernel(const Dense& operation) : biased_(operation.weights().biased) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    pass.product->apply(pass.x(), y);
    y.map().rowwise() += pass.bias->transpose();
  }
  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& gradient) const override {
    pass.product->backward(pass.x(), grad_y, grad_x, gradient.parameters->weights);
    if (biased_) gradient.parameters->bias += grad_y.map().colwise().sum().transpose();
  }

 private:
  bool biased_;
};

void add_dense(LayerText& text, NetworkBuilder& network) {
  const Index outputs = text.take_flag("classes") ? network.classes() : network.scaled_count(text.take_count());
  network.add(dense(network.next_name("dense"), network.planes().features(), outputs, !text.take_flag("no-bias")));
}

}  // namespace

Node dense(const std::string& name, Index inputs, Index outputs, bool biased) {
  if (inputs < 1 || outputs < 1) fail_usage("layer {}: {} inputs and {} outputs (at least 1)", name, inputs, outputs);
  return {name, std::make_shared<Dense>(inputs, outputs, biased)};
}

namespace words {
extern const LayerWord dense;
constinit const LayerWord dense{"dense", &add_dense};
}  // namespace words

}  // namespace ohmcarlo
