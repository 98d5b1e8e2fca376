// The LSTM operation; its arithmetic is in network/lstm.hpp.

#include "network/lstm.hpp"

#include <cmath>

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class LstmKernel;

class LstmOperation final : public OperationOf<LstmOperation, LstmKernel> {
 public:
  LstmOperation(const FeatureShape& in, Index hidden, int table_entries)
      : OperationOf({in}, FeatureShape::of_planes({hidden, 1, 1})), table_entries_(table_entries) {}
  [[nodiscard]] std::string_view kind() const override { return "lstm"; }
  [[nodiscard]] WeightShape weights() const override {
    const Index hidden = output().features;
    return {4 * hidden, inputs().front().features + hidden};
  }
  /// Weights N(0, 1 / weights().inputs), since gates do not rectify, and initial_lstm_bias().
  void initialise(const Stream& stream, LayerParameters<float>& parameters) const override {
    Matrix<float>& values = parameters.weights;
    stream.normals(0, {values.data(), static_cast<std::size_t>(values.size())});
    values *= std::sqrt(1.0F / static_cast<float>(values.cols()));
    parameters.bias = initial_lstm_bias<float>(output().features);
  }
  [[nodiscard]] bool takes_sequences() const override { return true; }
  [[nodiscard]] bool is_recurrent() const override { return true; }
  [[nodiscard]] LstmSpec spec() const {
    return {.inputs = inputs().front().features, .hidden = output().features, .table_entries = table_entries_};
  }

 private:
  int table_entries_;
};

template <class T>
struct KeptLstmTape final : Tape {
  LstmTape<T> values;
};

template <class T>
class LstmKernel final : public UnaryKernel<T> {
 public:
  explicit LstmKernel(const LstmOperation& operation) : lstm_(operation.spec()) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    LstmTape<T>* tape = nullptr;
    if (pass.tape != nullptr) {
      if (*pass.tape == nullptr) *pass.tape = std::make_unique<KeptLstmTape<T>>();
      tape = &values_of(*pass.tape);
    }
    lstm_.forward(pass.x(), *pass.sequences, *pass.product, *pass.bias, y, tape);
  }
  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& gradient) const override {
    require(pass.tape != nullptr && *pass.tape != nullptr, "the way back through an lstm needs the tape of its pass");
    lstm_.backward(*pass.sequences, *pass.product, values_of(*pass.tape), grad_y, grad_x, *gradient.parameters);
  }

 private:
  static LstmTape<T>& values_of(const std::unique_ptr<Tape>& tape) {
    return static_cast<KeptLstmTape<T>&>(*tape).values;
  }

  Lstm<T> lstm_;
};

void add_lstm(LayerText& text, NetworkBuilder& network) {
  const Index hidden = network.scaled_count(text.take_whole());
  network.add(
      lstm(network.next_name("lstm"), network.planes(), hidden, static_cast<int>(text.take_option("table", 0))));
}

}  // namespace

Node lstm(const std::string& name, Planes in, Index hidden, int table_entries) {
  if (hidden < 1) fail_usage("layer {}: {} cells (at least 1)", name, hidden);
  return {name, std::make_shared<LstmOperation>(checked_shape(name, in), hidden, table_entries)};
}

std::optional<LstmSpec> lstm_spec(const Operation& operation) {
  const auto* lstm = dynamic_cast<const LstmOperation*>(&operation);
  return lstm != nullptr ? std::optional(lstm->spec()) : std::nullopt;
}

namespace words {
extern const LayerWord lstm;
constinit const LayerWord lstm{"lstm", &add_lstm};
}  // namespace words

}  // namespace ohmcarlo
