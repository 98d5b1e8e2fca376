#include "linalg/convolution.hpp"

#include <algorithm>
#include <array>

#include <oneapi/dnnl/dnnl.hpp>

namespace ohmcarlo {
namespace {

using dnnl::memory;

/// Images convolved at once. Enough for layers with many weights, few enough to waste little on a last block.
constexpr Index kForwardBlock = 8;
/// More where weights have to be read or written for each block.
constexpr Index kBackwardBlock = 32;

dnnl::engine& processor() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory::desc planes(Index images, Index channels, Index height, Index width, Index stride) {
  return {{images, channels, height, width}, memory::data_type::f32, memory::dims{stride, height * width, width, 1}};
}

/// These values in whatever order the library likes best.
memory::desc free_order(const memory::desc& desc) {
  return {desc.dims(), memory::data_type::f32, memory::format_tag::any};
}

/// Everything about a convolution of `images` images that the library wants to know.
struct Problem {
  Problem(const ConvolutionShape& s, Index images, Index x_stride, Index y_stride, Index weight_stride)
      : x(planes(images, s.in_channels, s.in_height, s.in_width, x_stride)),
        y(planes(images, s.out_channels, s.out_height, s.out_width, y_stride)),
        weights({s.groups, s.out_channels / s.groups, s.in_channels / s.groups, s.size.rows, s.size.columns},
                memory::data_type::f32,
                memory::dims{s.out_channels / s.groups * weight_stride, weight_stride, s.size.product(), s.size.columns,
                             1}),
        bias({s.out_channels}, memory::data_type::f32, memory::format_tag::a),
        strides{s.stride.rows, s.stride.columns},
        padding{s.padding.rows, s.padding.columns} {}

  [[nodiscard]] dnnl::convolution_forward::primitive_desc forward() const {
    return {{dnnl::prop_kind::forward_training, dnnl::algorithm::convolution_direct, free_order(x), free_order(weights),
             bias, free_order(y), strides, padding, padding},
            processor()};
  }

  memory::desc x, y, weights, bias;
  memory::dims strides, padding;
};

enum Place : std::size_t { kSource, kTarget, kWeights, kPlaces };

/// Memory that a thread keeps: getting fresh pages for each call takes a tenth of a training step.
float* kept(Place place, std::size_t bytes) {
  thread_local std::array<Vector<float>, kPlaces> buffers;
  Vector<float>& buffer = buffers[place];
  const auto size = static_cast<Index>((bytes + sizeof(float) - 1) / sizeof(float));
  if (buffer.size() < size) buffer.resize(size);
  return buffer.data();
}

/// Values of ours and the same in the library's order: one memory if the orders agree.
class Ordered {
 public:
  Ordered(Place place, const memory::desc& ours, const memory::desc& theirs)
      : ours_(ours, processor(), nullptr),
        theirs_(ours == theirs ? ours_ : memory(theirs, processor(), kept(place, theirs.get_size()))) {}

  /// The values at `data` as the library wants them.
  memory& in(dnnl::stream& stream, const float* data) {
    ours_.set_data_handle(const_cast<float*>(data));  // the library's memories do not know of const
    if (reordered()) dnnl::reorder(ours_, theirs_).execute(stream, ours_, theirs_);
    return theirs_;
  }
  /// Where the library writes what belongs to `data`.
  memory& out(float* data) {
    ours_.set_data_handle(data);
    return theirs_;
  }
  void deliver(dnnl::stream& stream) {
    if (reordered()) dnnl::reorder(theirs_, ours_).execute(stream, theirs_, ours_);
  }

 private:
  [[nodiscard]] bool reordered() const { return ours_.get() != theirs_.get(); }
  memory ours_, theirs_;
};

void require_sizes(const ConvolutionShape& s, View<const float> x, View<const float> weights, View<const float> y) {
  require(x.rows == y.rows && x.cols == s.in_channels * s.in_height * s.in_width &&
              y.cols == s.out_channels * s.out_height * s.out_width,
          "the images of a convolution have its shape");
  require(weights.rows == s.out_channels && weights.cols == s.in_channels / s.groups * s.size.product(),
          "the weights of a convolution have its shape");
}

/// Calls block(first, count) for blocks of at most `most` rows.
template <class Block>
void for_blocks(Index rows, Index most, const Block& block) {
  for (Index first = 0; first < rows; first += most) block(first, std::min(most, rows - first));
}

/// Copies of the images that do not fill a block, with zeros in place of the others.
Matrix<float> padded(View<const float> x, Index rows) {
  Matrix<float> full = Matrix<float>::Zero(rows, x.cols);
  full.topRows(x.rows) = x.map();
  return full;
}

}  // namespace

void convolve(const ConvolutionShape& shape, View<const float> x, View<const float> weights, View<const float> bias,
              View<float> y) {
  require_sizes(shape, x, weights, y);
  require(bias.rows == 1 && bias.cols == shape.out_channels, "a convolution has a bias a channel");
  const Index last = x.rows / kForwardBlock * kForwardBlock;
  if (last < x.rows && x.rows > kForwardBlock) {
    convolve(shape, x.middle_rows(0, last), weights, bias, y.middle_rows(0, last));
    x = x.middle_rows(last, x.rows - last);
    y = y.middle_rows(last, x.rows);
  }
  if (x.rows % kForwardBlock != 0) {
    const Matrix<float> full = padded(x, kForwardBlock);
    Matrix<float> all(kForwardBlock, y.cols);
    convolve(shape, full, weights, bias, all);
    y.map() = all.topRows(y.rows);
    return;
  }
  const Problem problem(shape, kForwardBlock, x.stride, y.stride, weights.stride);
  const dnnl::convolution_forward::primitive_desc chosen = problem.forward();
  const dnnl::convolution_forward convolution(chosen);
  dnnl::stream stream(processor());
  Ordered from(kSource, problem.x, chosen.src_desc()), to(kTarget, problem.y, chosen.dst_desc());
  Ordered matrix(kWeights, problem.weights, chosen.weights_desc());
  const memory& w = matrix.in(stream, weights.data);
  const memory b(problem.bias, processor(), const_cast<float*>(bias.data));
  for (Index first = 0; first < x.rows; first += kForwardBlock) {
    const memory& in = from.in(stream, x.row(first));
    const memory& out = to.out(y.row(first));
    convolution.execute(stream, {{DNNL_ARG_SRC, in}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_BIAS, b}, {DNNL_ARG_DST, out}});
    to.deliver(stream);
  }
}

void convolve_backward(const ConvolutionShape& shape, View<const float> grad_y, View<const float> weights,
                       View<float> grad_x) {
  require_sizes(shape, grad_x, weights, grad_y);
  for_blocks(grad_y.rows, kBackwardBlock, [&](Index first, Index count) {
    const Problem problem(shape, count, grad_x.stride, grad_y.stride, weights.stride);
    const dnnl::convolution_backward_data::primitive_desc chosen(
        {dnnl::algorithm::convolution_direct, free_order(problem.x), free_order(problem.weights), free_order(problem.y),
         problem.strides, problem.padding, problem.padding},
        processor(), problem.forward());
    dnnl::stream stream(processor());
    Ordered from(kSource, problem.y, chosen.diff_dst_desc()), to(kTarget, problem.x, chosen.diff_src_desc());
    Ordered matrix(kWeights, problem.weights, chosen.weights_desc());
    dnnl::convolution_backward_data(chosen).execute(stream, {{DNNL_ARG_DIFF_DST, from.in(stream, grad_y.row(first))},
                                                             {DNNL_ARG_WEIGHTS, matrix.in(stream, weights.data)},
                                                             {DNNL_ARG_DIFF_SRC, to.out(grad_x.row(first))}});
    to.deliver(stream);
  });
}

void add_weight_gradient(const ConvolutionShape& shape, View<const float> x, View<const float> grad_y,
                         View<float> grad_weights) {
  require_sizes(shape, x, grad_weights, grad_y);
  Matrix<float> part(grad_weights.rows, grad_weights.cols);
  for_blocks(x.rows, kBackwardBlock, [&](Index first, Index count) {
    const Problem problem(shape, count, x.stride, grad_y.stride, part.cols());
    const dnnl::convolution_backward_weights::primitive_desc chosen(
        {dnnl::algorithm::convolution_direct, free_order(problem.x), free_order(problem.weights), free_order(problem.y),
         problem.strides, problem.padding, problem.padding},
        processor(), problem.forward());
    dnnl::stream stream(processor());
    Ordered from(kSource, problem.x, chosen.src_desc()), slope(kTarget, problem.y, chosen.diff_dst_desc());
    Ordered to(kWeights, problem.weights, chosen.diff_weights_desc());
    dnnl::convolution_backward_weights(chosen).execute(stream,
                                                       {{DNNL_ARG_SRC, from.in(stream, x.row(first))},
                                                        {DNNL_ARG_DIFF_DST, slope.in(stream, grad_y.row(first))},
                                                        {DNNL_ARG_DIFF_WEIGHTS, to.out(part.data())}});
    to.deliver(stream);
    grad_weights.map() += part;
  });
}

}  // namespace ohmcarlo
