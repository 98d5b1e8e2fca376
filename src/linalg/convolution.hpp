#pragma once
// Direct convolutions of float feature maps (oneDNN), forward and backward, one row an image.

#include "linalg/matrix.hpp"
#include "linalg/pair.hpp"

namespace ohmcarlo {

/// A convolution (cross-correlation). Images are rows [in_channels, in_height, in_width], results rows [out_channels,
/// out_height, out_width]; weights are a matrix [out_channels, in_channels / groups * size.rows * size.columns].
/// `groups` divides the channels on both sides.
struct ConvolutionShape {
  Index groups = 1;
  Index in_channels = 0, in_height = 0, in_width = 0;
  Index out_channels = 0, out_height = 0, out_width = 0;
  Pair size = 1, stride = 1, padding = 0;
};

/// y = x * weights + bias, one bias a channel. The bits of a row of y depend on that row of x alone: images are always
/// convolved in blocks of one fixed size.
/// Throws std::logic_error when the sizes disagree, here and below.
void convolve(const ConvolutionShape& shape, View<const float> x, View<const float> weights, View<const float> bias,
              View<float> y);

/// From dL/dy to dL/dx.
void convolve_backward(const ConvolutionShape& shape, View<const float> grad_y, View<const float> weights,
                       View<float> grad_x);

/// Adds dL/dweights to grad_weights.
void add_weight_gradient(const ConvolutionShape& shape, View<const float> x, View<const float> grad_y,
                         View<float> grad_weights);

}  // namespace ohmcarlo
