// Functions of every value: relu, abs, sigmoid, tanh.

#include <cmath>

#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

struct Relu {
  static constexpr std::string_view kWord = "relu";
  template <class T>
  static void apply(View<const T> x, View<T> y) {
    y.map() = x.map().cwiseMax(T(0));
  }
  template <class T>
  static void slope(View<const T> x, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x) {
    grad_x.map().array() = (x.map().array() > T(0)).select(grad_y.map().array(), T(0));
  }
};

/// |x|; its slope at 0 is taken as 0.
struct Abs {
  static constexpr std::string_view kWord = "abs";
  template <class T>
  static void apply(View<const T> x, View<T> y) {
    y.map() = x.map().cwiseAbs();
  }
  template <class T>
  static void slope(View<const T> x, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x) {
    grad_x.map().array() = grad_y.map().array() * x.map().array().sign();
  }
};

/// 1 / (1 + e^-x). One element at a time: vectors of them are rounded otherwise than the rest of a row, which would let
/// an image's result depend on where it lies in its batch.
struct Sigmoid {
  static constexpr std::string_view kWord = "sigmoid";
  template <class T>
  static void apply(View<const T> x, View<T> y) {
    y.map() = x.map().unaryExpr([](T value) { return T(1) / (T(1) + std::exp(-value)); });
  }
  template <class T>
  static void slope(View<const T> /*x*/, View<const T> y, View<const T> grad_y, View<T> grad_x) {
    grad_x.map().array() = grad_y.map().array() * y.map().array() * (T(1) - y.map().array());
  }
};

struct Tanh {
  static constexpr std::string_view kWord = "tanh";
  template <class T>
  static void apply(View<const T> x, View<T> y) {
    y.map() = x.map().unaryExpr([](T value) { return std::tanh(value); });
  }
  template <class T>
  static void slope(View<const T> /*x*/, View<const T> y, View<const T> grad_y, View<T> grad_x) {
    grad_x.map().array() = grad_y.map().array() * (T(1) - y.map().array().square());
  }
};

template <class Function>
struct Elementwise {
  class Of;

  template <class T>
  class KernelOf final : public UnaryKernel<T> {
   public:
    explicit KernelOf(const Of& /*operation*/) {}
    void forward(const NodePass<T>& pass, View<T> y) const override { Function::template apply<T>(pass.x(), y); }
    void backward(const NodePass<T>& pass, View<const T> y, View<const T> grad_y, View<T> grad_x,
                  const NodeGradient<T>& /*gradient*/) const override {
      if (grad_x.rows > 0) Function::template slope<T>(pass.x(), y, grad_y, grad_x);
    }
  };

  class Of final : public OperationOf<Of, KernelOf> {
   public:
    explicit Of(const FeatureShape& shape) : OperationOf<Of, KernelOf>({shape}, shape) {}
    [[nodiscard]] std::string_view kind() const override { return Function::kWord; }
    [[nodiscard]] bool keeps_chips_apart() const override { return true; }
  };

  static std::shared_ptr<const Operation> make(const FeatureShape& shape) { return std::make_shared<Of>(shape); }
};

struct NamedActivation {
  std::string_view word;
  std::shared_ptr<const Operation> (*make)(const FeatureShape&);
};

constexpr NamedActivation kActivations[] = {{Relu::kWord, &Elementwise<Relu>::make},
                                            {Abs::kWord, &Elementwise<Abs>::make},
                                            {Sigmoid::kWord, &Elementwise<Sigmoid>::make},
                                            {Tanh::kWord, &Elementwise<Tanh>::make}};

void add_activation(LayerText& text, NetworkBuilder& network) {
  network.add(activation(text.word(), network.next_name(text.word()), network.planes()));
}

}  // namespace

std::vector<std::string_view> activation_words() {
  std::vector<std::string_view> words;
  for (const NamedActivation& known : kActivations) words.push_back(known.word);
  return words;
}

Node activation(std::string_view word, const std::string& name, Planes in) {
  for (const NamedActivation& known : kActivations)
    if (known.word == word) return {name, known.make(checked_shape(name, in))};
  throw std::logic_error("internal error: no activation is called " + std::string(word));
}

namespace words {
extern const LayerWord relu, abs, sigmoid, tanh;
constinit const LayerWord relu{Relu::kWord, &add_activation};
constinit const LayerWord abs{Abs::kWord, &add_activation};
constinit const LayerWord sigmoid{Sigmoid::kWord, &add_activation};
constinit const LayerWord tanh{Tanh::kWord, &add_activation};
}  // namespace words

}  // namespace ohmcarlo
