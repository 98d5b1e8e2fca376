// Changes the shape only: features already lie as the next operation wants them.

#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class FlattenKernel;

class Flatten final : public OperationOf<Flatten, FlattenKernel> {
 public:
  explicit Flatten(const FeatureShape& in) : OperationOf({in}, FeatureShape::of_features(in.features)) {}
  [[nodiscard]] std::string_view kind() const override { return "flatten"; }
};

template <class T>
class FlattenKernel final : public UnaryKernel<T> {
 public:
  explicit FlattenKernel(const Flatten& /*operation*/) {}
  void forward(const NodePass<T>& pass, View<T> y) const override { y.map() = pass.x().map(); }
  void backward(const NodePass<T>& /*pass*/, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows > 0) grad_x.map() = grad_y.map();
  }
};

void add_flatten(LayerText& /*text*/, NetworkBuilder& network) {
  network.add(flatten(network.next_name("flatten"), network.planes()));
}

}  // namespace

Node flatten(const std::string& name, Planes in) {
  return {name, std::make_shared<Flatten>(checked_shape(name, in))};
}

namespace words {
extern const LayerWord flatten;
constinit const LayerWord flatten{"flatten", &add_flatten};
}  // namespace words

}  // namespace ohmcarlo
