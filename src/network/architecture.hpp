#pragma once
// Networks written down as a list of layers, and the lists of those with a name.

#include <span>
#include <string>
#include <vector>

#include "network/graph.hpp"

namespace ohmcarlo {

/// A network from its layers, in order, one text each (numbers in any order after the first, [] may be left out):
///
///   conv CHANNELS [size 3] [stride 1] [padding 0] [groups 1] [no-bias]
///   dense FEATURES [no-bias]                 FEATURES may be the word `classes`
///   max-pool SIZE [stride SIZE] [padding 0]  the largest value under a window
///   average-pool SIZE [stride SIZE] [padding 0]  the mean value under a window
///   global-pool                              the mean of every channel
///   norm                                     batch normalisation
///   relu, abs, sigmoid, tanh, flatten
///   dropout RATE
///   lstm UNITS [table ENTRIES]               over the frames of a sequence; sigmoid and tanh from tables
///   last                                     the last frame of a sequence
///   residual CHANNELS [stride 1]             two 3 x 3 convolutions with normalisations around which the input goes,
///                                            through a 1 x 1 convolution if shapes differ (He et al., CVPR 2016, fig.
///                                            5 left)
///
/// Sizes, strides and paddings are one number, or two as in 10x4: rows, then columns. Layers are called conv1, norm1,
/// ...; those of a residual block block1.conv1, ... `width` scales the channels of convolutions and the features of
/// dense layers, classes apart, to the nearest whole number of at least 1. Throws an Error that names the layer at
/// fault; also unless the last layer gives `classes` features.
[[nodiscard]] NetworkSpec build_network(Planes input, Index classes, std::span<const std::string> layers,
                                        double width = 1);

/// Dense layers inputs-hidden...-classes with `activation`, the word of a layer (relu, abs, sigmoid, tanh), between
/// them.
[[nodiscard]] NetworkSpec mlp(Index inputs, const std::vector<Index>& hidden, const std::string& activation,
                              Index classes);

/// The layers of lenet5 (LeCun et al., Proc. IEEE 1998, with rectifiers and maximum pooling), vgg8, resnet18 (the
/// form for CIFAR) and vgg16c (the network of paper 001, 2 x 16C - 2 x 32C - 2 x 64C - 128FC, with normalisations).
/// Throws std::logic_error for another name.
[[nodiscard]] std::vector<std::string> named_layers(const std::string& network);

}  // namespace ohmcarlo
