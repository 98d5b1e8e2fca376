// The convolution operation: patches as rows of a product, so that any hardware that multiplies can run it.
//
// Its product is called once for each group, with one row for each image and output position, position fastest: the
// patch of that group's channels (network/patches.hpp). It gives the group's channels out. All groups have rows of one
// matrix [channels out, patch]; on hardware each group has arrays of its own. Where the product is plain
// (Product::plain) no patches are made for T = float: linalg/convolution.hpp convolves the planes themselves.

#include "linalg/convolution.hpp"

#include <algorithm>
#include <type_traits>

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"
#include "network/patches.hpp"

namespace ohmcarlo {
namespace {

/// Elements of the patches of a block of images: 1 MiB of floats, what a core's second cache holds.
constexpr Index kBlock = Index{1} << 18;

template <class T>
class ConvolutionKernel;

class Convolution final : public OperationOf<Convolution, ConvolutionKernel> {
 public:
  Convolution(const FeatureShape& in, const Planes& out, const Window& window, Index groups, bool biased)
      : OperationOf({in}, FeatureShape::of_planes(out)), window_(window), groups_(groups), biased_(biased) {}

  [[nodiscard]] std::string_view kind() const override { return "convolution"; }
  [[nodiscard]] WeightShape weights() const override {
    return {out().channels, in().channels / groups_ * window_.size.product(), biased_, out().positions(), groups_};
  }
  [[nodiscard]] std::shared_ptr<const Operation> with_biases() const override {
    return std::make_shared<Convolution>(inputs().front(), out(), window_, groups_, true);
  }
  [[nodiscard]] bool divides_its_matrix() const override { return true; }
  /// Patches and their products.
  [[nodiscard]] Index scratch_numbers() const override {
    return out().positions() * (groups_ * weights().inputs + out().channels);
  }

  [[nodiscard]] const Planes& in() const { return inputs().front().planes; }
  [[nodiscard]] const Planes& out() const { return output().planes; }
  [[nodiscard]] const Window& window() const { return window_; }
  [[nodiscard]] std::optional<Window> sliding_window() const override { return window_; }
  [[nodiscard]] Index groups() const { return groups_; }
  [[nodiscard]] ConvolutionShape shape() const {
    return {groups_,      in().channels, in().height,  in().width,     out().channels,
            out().height, out().width,   window_.size, window_.stride, window_.padding};
  }

 private:
  Window window_;
  Index groups_;
  bool biased_;
};

template <class T>
class ConvolutionKernel final : public UnaryKernel<T> {
 public:
  explicit ConvolutionKernel(const Convolution& operation)
      : shape_(operation.shape()),
        window_(operation.window()),
        biased_(operation.weights().biased),
        group_in_{operation.in().channels / operation.groups(), operation.in().height, operation.in().width},
        group_channels_(operation.out().channels / operation.groups()),
        positions_(operation.out().positions()),
        patch_(operation.weights().inputs),
        inputs_(operation.in().features()),
        outputs_(operation.out().features()) {}

  void forward(const NodePass<T>& pass, View<T> y) const override {
    const View<const T> x = pass.x();
    const Product<T>* product = pass.product;
    const Vector<T>* bias = pass.bias;
    const Index copies = x.cols / inputs_;
    const bool plain = product->plain() && copies == 1;
    if constexpr (std::is_same_v<T, float>) {
      if (plain)
        return convolve(shape_, x, product->backward_weights(), View<const T>(bias->data(), 1, bias->size()), y);
    }
    const Index step = plain ? images_per_block() : x.rows;
    Matrix<T> patches, sums;
    for (Index first = 0; first < x.rows; first += step) {
      const Rows rows{std::min(step, x.rows - first), shape_.groups, positions_};
      patches.resize(rows.count(), copies * patch_);
      sums.resize(rows.count(), copies * group_channels_);
      fill(x.middle_rows(first, rows.images), rows, patches);
      for (Index group = 0; group < shape_.groups; ++group)
        product->apply(rows.of(patches, group), rows.of(sums, group), group);
      collect(sums, rows, *bias, y.middle_rows(first, rows.images));
    }
  }

  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& of) const override {
    const View<const T> x = pass.x();
    const Product<T>* product = pass.product;
    LayerParameters<T>* gradient = of.parameters;
    require(x.cols == inputs_, "chips side by side are not trained");
    if (product->has_own_backward()) return backward_through_product(x, grad_y, grad_x, *product, *gradient);
    if constexpr (std::is_same_v<T, float>) {
      add_weight_gradient(shape_, x, grad_y, gradient->weights);
      if (biased_) add_bias_gradient(grad_y, gradient->bias);
      if (grad_x.rows > 0) convolve_backward(shape_, grad_y, product->backward_weights(), grad_x);
      return;
    }
    if (grad_x.rows > 0) grad_x.map().setZero();
    const Index step = images_per_block();
    Matrix<T> patches, grad_sums;
    for (Index first = 0; first < x.rows; first += step) {
      const Rows rows{std::min(step, x.rows - first), shape_.groups, positions_};
      patches.resize(rows.count(), patch_);
      grad_sums.resize(rows.count(), group_channels_);
      fill(x.middle_rows(first, rows.images), rows, patches);
      spread(grad_y.middle_rows(first, rows.images), rows, grad_sums);
      for (Index group = 0; group < shape_.groups; ++group) {
        const Index channel = group * group_channels_;
        const View<T> part = rows.of(patches, group);
        const View<const T> grad = rows.of(grad_sums, group);
        multiply(grad, Transpose::yes, part, Transpose::no,
                 View<T>(gradient->weights).middle_rows(channel, group_channels_), T(1), T(1));
        if (biased_) gradient->bias.segment(channel, group_channels_) += grad.map().colwise().sum().transpose();
        if (grad_x.rows > 0)  // the patches have served: their gradient takes their place
          multiply(grad, Transpose::no, product->backward_weights().middle_rows(channel, group_channels_),
                   Transpose::no, part);
      }
      if (grad_x.rows == 0) continue;
      for (Index image = 0; image < rows.images; ++image)
        for (Index group = 0; group < shape_.groups; ++group)
          add_patches<T>(View<const T>(patches).middle_rows(rows.first(image, group), positions_), group_in_, window_,
                         grad_x.row(first + image) + group * group_in_.features());
    }
  }

 private:
  /// Where the rows of an image and group lie: those of a group together, image after image.
  struct Rows {
    Index images;
    Index groups;
    Index positions;
    [[nodiscard]] Index count() const { return images * groups * positions; }
    [[nodiscard]] Index first(Index image, Index group) const { return (group * images + image) * positions; }
    /// Those of one group.
    [[nodiscard]] View<T> of(Matrix<T>& all, Index group) const {
      return View<T>(all).middle_rows(first(0, group), images * positions);
    }
  };

  [[nodiscard]] Index images_per_block() const {
    return std::max<Index>(1, kBlock / (shape_.groups * positions_ * patch_));
  }

  void fill(View<const T> x, const Rows& rows, View<T> patches) const {
    const Index copies = x.cols / inputs_;
    for (Index image = 0; image < rows.images; ++image)
      for (Index copy = 0; copy < copies; ++copy)
        for (Index group = 0; group < shape_.groups; ++group)
          fill_patches<T>(x.row(image) + copy * inputs_ + group * group_in_.features(), group_in_, window_,
                          patches.block(rows.first(image, group), copy * patch_, positions_, patch_));
  }

  /// From one row a position to planes, with the bias of each channel.
  void collect(View<const T> sums, const Rows& rows, const Vector<T>& bias, View<T> y) const {
    const Index copies = y.cols / outputs_;
    for (Index image = 0; image < rows.images; ++image)
      for (Index copy = 0; copy < copies; ++copy)
        for (Index group = 0; group < shape_.groups; ++group) {
          const Index channel = copy * shape_.out_channels + group * group_channels_;
          View<T>(y.row(image) + channel * positions_, group_channels_, positions_).map() =
              sums.block(rows.first(image, group), copy * group_channels_, positions_, group_channels_)
                  .map()
                  .transpose()
                  .colwise() +
              bias.segment(channel, group_channels_);
        }
  }

  void add_bias_gradient(View<const T> grad_y, Vector<T>& gradient) const {
    for (Index image = 0; image < grad_y.rows; ++image)
      gradient += View<const T>(grad_y.row(image), shape_.out_channels, positions_).map().rowwise().sum();
  }

  /// From planes to one row a position, each with the channels of its group.
  void spread(View<const T> grad_y, const Rows& rows, View<T> grad_sums) const {
    for (Index image = 0; image < rows.images; ++image)
      for (Index group = 0; group < shape_.groups; ++group)
        grad_sums.middle_rows(rows.first(image, group), positions_).map() =
            View<const T>(grad_y.row(image) + group * group_channels_ * positions_, group_channels_, positions_)
                .map()
                .transpose();
  }

  /// Group by group, as forward hands them over, the last one first.
  void backward_through_product(View<const T> x, View<const T> grad_y, View<T> grad_x, const Product<T>& product,
                                LayerParameters<T>& gradient) const {
    const Rows rows{x.rows, shape_.groups, positions_};
    const bool goes_on = grad_x.rows > 0;
    Matrix<T> patches(rows.count(), patch_), grad_patches(goes_on ? rows.count() : 0, patch_);
    Matrix<T> grad_sums(rows.count(), group_channels_);
    fill(x, rows, patches);
    spread(grad_y, rows, grad_sums);
    for (Index group = shape_.groups; group-- > 0;)
      product.backward(rows.of(patches, group), rows.of(grad_sums, group),
                       goes_on ? rows.of(grad_patches, group) : View<T>(grad_patches),
                       View<T>(gradient.weights).middle_rows(group * group_channels_, group_channels_), group);
    if (biased_) add_bias_gradient(grad_y, gradient.bias);
    if (!goes_on) return;
    grad_x.map().setZero();
    for (Index image = 0; image < rows.images; ++image)
      for (Index group = 0; group < rows.groups; ++group)
        add_patches<T>(View<const T>(grad_patches).middle_rows(rows.first(image, group), positions_), group_in_,
                       window_, grad_x.row(image) + group * group_in_.features());
  }

  ConvolutionShape shape_;
  Window window_;
  bool biased_;
  Planes group_in_;
  Index group_channels_;
  Index positions_;
  Index patch_;
  Index inputs_, outputs_;  ///< features of an image
};

void add_convolution(LayerText& text, NetworkBuilder& network) {
  const Index channels = network.scaled_count(text.take_count());
  const Window window{text.take_pair_option("size", 3), text.take_pair_option("stride", 1),
                      text.take_pair_option("padding", 0)};
  const Index groups = text.take_option("groups", 1);
  network.add(
      convolution(network.next_name("conv"), network.planes(), channels, window, groups, !text.take_flag("no-bias")));
}

}  // namespace

Node convolution(const std::string& name, Planes in, Index channels, Window window, Index groups, bool biased) {
  if (channels < 1) fail_usage("layer {}: {} channels out (at least 1)", name, channels);
  if (groups < 1 || in.channels % groups != 0 || channels % groups != 0)
    fail_usage("layer {}: {} groups for {} channels in and {} out (a divisor of both)", name, groups, in.channels,
               channels);
  const Planes out = windowed_planes(name, in, channels, window);
  return {name, std::make_shared<Convolution>(FeatureShape::of_planes(in), out, window, groups, biased)};
}

namespace words {
extern const LayerWord conv;
constinit const LayerWord conv{"conv", &add_convolution};
}  // namespace words

}  // namespace ohmcarlo
