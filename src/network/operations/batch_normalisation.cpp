// The batch normalisation operation; its arithmetic is in network/normalisation.hpp.

#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class BatchNormalisationKernel;

class BatchNormalisation final : public OperationOf<BatchNormalisation, BatchNormalisationKernel> {
 public:
  explicit BatchNormalisation(const FeatureShape& in) : OperationOf({in}, in) {}
  [[nodiscard]] std::string_view kind() const override { return "batch_normalisation"; }
  [[nodiscard]] Index normalised_channels() const override { return output().planes.channels; }
  [[nodiscard]] bool keeps_chips_apart() const override { return true; }
};

template <class T>
class BatchNormalisationKernel final : public UnaryKernel<T> {
 public:
  explicit BatchNormalisationKernel(const BatchNormalisation& operation) : planes_(operation.output().planes) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    normalise<T>(pass.name, planes_, pass.x(), y, *pass.normalisation);
  }
  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& gradient) const override {
    normalise_backward<T>(planes_, pass.x(), grad_y, grad_x, *pass.normalisation, *gradient.normalisation);
  }

 private:
  Planes planes_;
};

void add_normalisation(LayerText& /*text*/, NetworkBuilder& network) {
  network.add(batch_normalisation(network.next_name("norm"), network.planes()));
}

}  // namespace

Node batch_normalisation(const std::string& name, Planes in) {
  return {name, std::make_shared<BatchNormalisation>(checked_shape(name, in))};
}

namespace words {
extern const LayerWord norm;
constinit const LayerWord norm{"norm", &add_normalisation};
}  // namespace words

}  // namespace ohmcarlo
