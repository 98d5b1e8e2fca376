// The last frame of every sequence: one row a sequence where one a frame goes in.

#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class LastFrameKernel;

class LastFrame final : public OperationOf<LastFrame, LastFrameKernel> {
 public:
  explicit LastFrame(const FeatureShape& in) : OperationOf({in}, in) {}
  [[nodiscard]] std::string_view kind() const override { return "last_frame"; }
  [[nodiscard]] bool takes_sequences() const override { return true; }
  [[nodiscard]] bool gives_one_row_a_sequence() const override { return true; }
};

template <class T>
class LastFrameKernel final : public UnaryKernel<T> {
 public:
  explicit LastFrameKernel(const LastFrame& /*operation*/) {}
  [[nodiscard]] Index rows(const NodePass<T>& pass) const override { return pass.sequences->count(); }
  void forward(const NodePass<T>& pass, View<T> y) const override { take_last<T>(pass.x(), *pass.sequences, y); }
  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows > 0) take_last_backward<T>(grad_y, *pass.sequences, grad_x);
  }
};

void add_last_frame(LayerText& /*text*/, NetworkBuilder& network) {
  network.add(last_frame(network.next_name("last"), network.planes()));
}

}  // namespace

Node last_frame(const std::string& name, Planes in) {
  return {name, std::make_shared<LastFrame>(checked_shape(name, in))};
}

namespace words {
extern const LayerWord last;
constinit const LayerWord last{"last", &add_last_frame};
}  // namespace words

}  // namespace ohmcarlo
