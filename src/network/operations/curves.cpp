// Functions of every value with numbers of their own: leaky rectifiers, clips, exponential and normal units.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "network/kernel.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

/// A function of x with the numbers a and b, and its derivative. One value at a time and in double, so that the bits of
/// an image's result do not depend on where it lies in its batch.
struct CurveEntry {
  std::string_view kind;
  double (*value)(double x, double a, double b);
  double (*slope)(double x, double a, double b);
};

double normal_share(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double normal_density(double x) {
  return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
}

double elu_value(double x, double a, double /*b*/) {
  return x > 0 ? x : a * std::expm1(x);
}

double elu_slope(double x, double a, double /*b*/) {
  return x > 0 ? 1 : a * std::exp(x);
}

double gelu_argument(double x) {
  return std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x);
}

double tanh_gelu_slope(double x, double /*a*/, double /*b*/) {
  const double tanh = std::tanh(gelu_argument(x));
  return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * std::sqrt(2 / std::numbers::pi) * (1 + 3 * 0.044715 * x * x);
}

// In the order of Curve.
constexpr std::array<CurveEntry, 11> kCurves = {{
    {"leaky_relu", [](double x, double a, double) { return x >= 0 ? x : a * x; },
     [](double x, double a, double) { return x >= 0 ? 1 : a; }},
    {"clip", [](double x, double a, double b) { return std::min(std::max(x, a), b); },
     [](double x, double a, double b) { return x > a && x < b ? 1.0 : 0.0; }},
    {"elu", &elu_value, &elu_slope},
    {"selu", [](double x, double a, double b) { return b * elu_value(x, a, 0); },
     [](double x, double a, double b) { return b * elu_slope(x, a, 0); }},
    {"hard_sigmoid", [](double x, double a, double b) { return std::clamp(a * x + b, 0.0, 1.0); },
     [](double x, double a, double b) { return a * x + b > 0 && a * x + b < 1 ? a : 0; }},
    {"hard_swish", [](double x, double, double) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); },
     [](double x, double, double) { return x <= -3  ? 0
                                           : x >= 3 ? 1
                                                    : x / 3 + 0.5; }},
    {"gelu", [](double x, double, double) { return x * normal_share(x); },
     [](double x, double, double) { return normal_share(x) + x * normal_density(x); }},
    {"tanh_gelu", [](double x, double, double) { return 0.5 * x * (1 + std::tanh(gelu_argument(x))); },
     &tanh_gelu_slope},
    {"softplus", [](double x, double, double) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); },
     [](double x, double, double) { return 1 / (1 + std::exp(-x)); }},
    {"softsign", [](double x, double, double) { return x / (1 + std::abs(x)); },
     [](double x, double, double) { return 1 / ((1 + std::abs(x)) * (1 + std::abs(x))); }},
    {"erf", [](double x, double, double) { return std::erf(x); },
     [](double x, double, double) { return 2 / std::sqrt(std::numbers::pi) * std::exp(-x * x); }},
}};

template <class T>
class CurveKernel;

class CurveOperation final : public OperationOf<CurveOperation, CurveKernel> {
 public:
  CurveOperation(const FeatureShape& shape, const CurveEntry& entry, double a, double b)
      : OperationOf({shape}, shape), entry_(&entry), a_(a), b_(b) {}
  [[nodiscard]] std::string_view kind() const override { return entry_->kind; }
  [[nodiscard]] bool keeps_chips_apart() const override { return true; }
  [[nodiscard]] double value(double x) const { return entry_->value(x, a_, b_); }
  [[nodiscard]] double slope(double x) const { return entry_->slope(x, a_, b_); }

 private:
  const CurveEntry* entry_;
  double a_, b_;
};

template <class T>
class CurveKernel final : public UnaryKernel<T> {
 public:
  explicit CurveKernel(const CurveOperation& operation) : operation_(operation) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    y.map() =
        pass.x().map().unaryExpr([this](T x) { return static_cast<T>(operation_.value(static_cast<double>(x))); });
  }
  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows == 0) return;
    grad_x.map() = pass.x().map().binaryExpr(
        grad_y.map(), [this](T x, T grad) { return grad * static_cast<T>(operation_.slope(static_cast<double>(x))); });
  }

 private:
  CurveOperation operation_;
};

}  // namespace

Node curve(Curve which, const std::string& name, Planes in, double a, double b) {
  return {name,
          std::make_shared<CurveOperation>(checked_shape(name, in), kCurves.at(static_cast<std::size_t>(which)), a, b)};
}

}  // namespace ohmcarlo
