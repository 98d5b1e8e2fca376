// Values in other places: turned axes, padded and cut edges.

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class RearrangementKernel;

class Rearrangement final : public OperationOf<Rearrangement, RearrangementKernel> {
 public:
  Rearrangement(const FeatureShape& in, const FeatureShape& out, std::vector<Index> sources, double fill)
      : OperationOf({in}, out), sources_(std::move(sources)), fill_(fill) {}
  [[nodiscard]] std::string_view kind() const override { return "rearrangement"; }
  [[nodiscard]] bool keeps_chips_apart() const override { return true; }
  [[nodiscard]] const std::vector<Index>& sources() const { return sources_; }
  [[nodiscard]] double fill() const { return fill_; }

 private:
  std::vector<Index> sources_;
  double fill_;
};

template <class T>
class RearrangementKernel final : public UnaryKernel<T> {
 public:
  explicit RearrangementKernel(const Rearrangement& operation)
      : sources_(operation.sources()),
        fill_(static_cast<T>(operation.fill())),
        inputs_(operation.inputs().front().features) {}
  void forward(const NodePass<T>& pass, View<T> y) const override {
    const View<const T> x = pass.x();
    for (Index row = 0; row < y.rows; ++row) {
      T* to = y.row(row);
      for (const T* from = x.row(row); from != x.row(row) + x.cols; from += inputs_)
        for (const Index source : sources_) *to++ = source < 0 ? fill_ : from[source];
    }
  }
  void backward(const NodePass<T>& /*pass*/, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows == 0) return;
    grad_x.map().setZero();
    for (Index row = 0; row < grad_y.rows; ++row)
      for (std::size_t j = 0; j < sources_.size(); ++j)
        if (sources_[j] >= 0) grad_x(row, sources_[j]) += grad_y(row, static_cast<Index>(j));
  }

 private:
  std::vector<Index> sources_;
  T fill_;
  Index inputs_;
};

}  // namespace

Node rearrangement(const std::string& name, Planes in, Planes out, std::vector<Index> sources, double fill) {
  const FeatureShape from = checked_shape(name, in), to = checked_shape(name, out);
  require(std::ssize(sources) == to.features, "a rearrangement has a source a feature");
  for (const Index source : sources) require(source >= -1 && source < from.features, "a source is a feature or none");
  return {name, std::make_shared<Rearrangement>(from, to, std::move(sources), fill)};
}

}  // namespace ohmcarlo
