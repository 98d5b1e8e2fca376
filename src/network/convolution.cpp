#include "network/convolution.hpp"

#include <algorithm>
#include <type_traits>

#include "linalg/convolution.hpp"
#include "network/patches.hpp"

namespace ohmcarlo {
namespace {

/// Elements of the patches of a block of images: 1 MiB of floats, what a core's second cache holds.
constexpr Index kBlock = Index{1} << 18;

ConvolutionShape shape_of(const LayerSpec& spec) {
  return {spec.groups,     spec.in.channels, spec.in.height,   spec.in.width,      spec.out.channels,
          spec.out.height, spec.out.width,   spec.window.size, spec.window.stride, spec.window.padding};
}

template <class T>
class Convolution final : public Layer<T> {
 public:
  explicit Convolution(const LayerSpec& spec)
      : spec_(spec),
        group_in_{spec.in.channels / spec.groups, spec.in.height, spec.in.width},
        group_channels_(spec.out.channels / spec.groups),
        positions_(spec.out.positions()),
        patch_(spec.weight_inputs()) {}

  void forward(View<const T> x, View<T> y, const Product<T>* product, const Vector<T>* bias) const override {
    const Index copies = x.cols / spec_.inputs;
    const bool plain = product->plain() && copies == 1;
    if constexpr (std::is_same_v<T, float>) {
      if (plain)
        return convolve(shape_of(spec_), x, product->backward_weights(), View<const T>(bias->data(), 1, bias->size()),
                        y);
    }
    const Index step = plain ? images_per_block() : x.rows;
    Matrix<T> patches, sums;
    for (Index first = 0; first < x.rows; first += step) {
      const Rows rows{std::min(step, x.rows - first), spec_.groups, positions_, plain};
      patches.resize(rows.count(), copies * patch_);
      sums.resize(rows.count(), copies * spec_.out.channels);
      fill(x.middle_rows(first, rows.images), rows, patches);
      if (plain && spec_.groups > 1)
        multiply_groups(patches, rows, product->backward_weights(), sums);
      else
        product->apply(patches, sums);
      collect(sums, rows, *bias, y.middle_rows(first, rows.images));
    }
  }

  void backward(View<const T> x, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x, const Product<T>* product,
                LayerParameters<T>* gradient) const override {
    require(x.cols == spec_.inputs, "chips side by side are not trained");
    if constexpr (std::is_same_v<T, float>) {
      add_weight_gradient(shape_of(spec_), x, grad_y, gradient->weights);
      if (spec_.biased) add_bias_gradient(grad_y, gradient->bias);
      if (grad_x.rows > 0) convolve_backward(shape_of(spec_), grad_y, product->backward_weights(), grad_x);
      return;
    }
    if (grad_x.rows > 0) grad_x.map().setZero();
    const Index step = images_per_block();
    Matrix<T> patches, grad_sums;
    for (Index first = 0; first < x.rows; first += step) {
      const Rows rows{std::min(step, x.rows - first), spec_.groups, positions_, true};
      patches.resize(rows.count(), patch_);
      grad_sums.resize(rows.count(), group_channels_);
      fill(x.middle_rows(first, rows.images), rows, patches);
      spread(grad_y.middle_rows(first, rows.images), rows, grad_sums);
      for (Index group = 0; group < spec_.groups; ++group) {
        const Index channel = group * group_channels_;
        const View<T> part = View<T>(patches).middle_rows(rows.first(0, group), rows.of_group());
        const View<const T> grad = View<const T>(grad_sums).middle_rows(rows.first(0, group), rows.of_group());
        multiply(grad, Transpose::yes, part, Transpose::no,
                 View<T>(gradient->weights).middle_rows(channel, group_channels_), T(1), T(1));
        if (spec_.biased) gradient->bias.segment(channel, group_channels_) += grad.map().colwise().sum().transpose();
        if (grad_x.rows > 0)  // the patches have served: their gradient takes their place
          multiply(grad, Transpose::no, product->backward_weights().middle_rows(channel, group_channels_),
                   Transpose::no, part);
      }
      if (grad_x.rows == 0) continue;
      for (Index image = 0; image < rows.images; ++image)
        for (Index group = 0; group < spec_.groups; ++group)
          add_patches<T>(View<const T>(patches).middle_rows(rows.first(image, group), positions_), group_in_,
                         spec_.window, grad_x.row(first + image) + group * group_in_.features());
    }
  }

 private:
  /// Where the rows of an image and group lie: an image's rows together, or (group_major) a group's.
  struct Rows {
    Index images;
    Index groups;
    Index positions;
    bool group_major;
    [[nodiscard]] Index count() const { return images * groups * positions; }
    [[nodiscard]] Index of_group() const { return images * positions; }
    [[nodiscard]] Index first(Index image, Index group) const {
      return (group_major ? group * images + image : image * groups + group) * positions;
    }
  };

  [[nodiscard]] Index images_per_block() const {
    return std::max<Index>(1, kBlock / (spec_.groups * positions_ * patch_));
  }

  void fill(View<const T> x, const Rows& rows, View<T> patches) const {
    const Index copies = x.cols / spec_.inputs;
    for (Index image = 0; image < rows.images; ++image)
      for (Index copy = 0; copy < copies; ++copy)
        for (Index group = 0; group < spec_.groups; ++group)
          fill_patches<T>(x.row(image) + copy * spec_.inputs + group * group_in_.features(), group_in_, spec_.window,
                          patches.block(rows.first(image, group), copy * patch_, positions_, patch_));
  }

  void multiply_groups(View<const T> patches, const Rows& rows, View<const T> weights, View<T> sums) const {
    for (Index group = 0; group < spec_.groups; ++group)
      multiply(patches.middle_rows(rows.first(0, group), rows.of_group()), Transpose::no,
               weights.middle_rows(group * group_channels_, group_channels_), Transpose::yes,
               sums.block(rows.first(0, group), group * group_channels_, rows.of_group(), group_channels_));
  }

  /// From one row a position to planes, with the bias of each channel.
  void collect(View<const T> sums, const Rows& rows, const Vector<T>& bias, View<T> y) const {
    const Index copies = y.cols / spec_.outputs;
    for (Index image = 0; image < rows.images; ++image)
      for (Index copy = 0; copy < copies; ++copy)
        for (Index group = 0; group < spec_.groups; ++group) {
          const Index channel = copy * spec_.out.channels + group * group_channels_;
          View<T>(y.row(image) + channel * positions_, group_channels_, positions_).map() =
              sums.block(rows.first(image, group), channel, positions_, group_channels_).map().transpose().colwise() +
              bias.segment(channel, group_channels_);
        }
  }

  void add_bias_gradient(View<const T> grad_y, Vector<T>& gradient) const {
    for (Index image = 0; image < grad_y.rows; ++image)
      gradient += View<const T>(grad_y.row(image), spec_.out.channels, positions_).map().rowwise().sum();
  }

  /// From planes to one row a position, each with the channels of its group.
  void spread(View<const T> grad_y, const Rows& rows, View<T> grad_sums) const {
    for (Index image = 0; image < rows.images; ++image)
      for (Index group = 0; group < spec_.groups; ++group)
        grad_sums.middle_rows(rows.first(image, group), positions_).map() =
            View<const T>(grad_y.row(image) + group * group_channels_ * positions_, group_channels_, positions_)
                .map()
                .transpose();
  }

  LayerSpec spec_;
  Planes group_in_;
  Index group_channels_;
  Index positions_;
  Index patch_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_convolution(const LayerSpec& spec) {
  return std::make_unique<Convolution<T>>(spec);
}

template std::unique_ptr<Layer<float>> make_convolution<float>(const LayerSpec&);
template std::unique_ptr<Layer<double>> make_convolution<double>(const LayerSpec&);

}  // namespace ohmcarlo
