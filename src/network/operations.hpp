#pragma once
// The operations that networks are made of, as nodes. Each function works out the shape that comes out, and throws an
// Error that names the node when the shape is impossible. A node takes the outputs of the one before it, unless its
// inputs are set (NetworkSpec::add).

#include <string>
#include <string_view>
#include <vector>

#include "network/graph.hpp"

namespace ohmcarlo {

/// Convolution (cross-correlation) of `in` with weights [channels, in.channels / groups * pixels of the window], whose
/// inputs are in the order channel, row and column of the window. `groups` divides the channels on both sides.
[[nodiscard]] Node convolution(const std::string& name, Planes in, Index channels, Window window, Index groups = 1,
                               bool biased = true);

/// The largest value under the window, channel by channel. Pixels of the padding are never the largest; the padding is
/// at most half the window each way, so that no window holds nothing else.
[[nodiscard]] Node max_pooling(const std::string& name, Planes in, Window window);

/// The mean value under the window, channel by channel. Pixels of the padding count as zeros; the padding is at most
/// half the window each way.
[[nodiscard]] Node average_pooling(const std::string& name, Planes in, Window window);

/// The mean of every channel.
[[nodiscard]] Node global_average_pooling(const std::string& name, Planes in);

/// The means of size x size parts of every channel, which overlap where they do not fit: of n pixels part i of `size`
/// has those from floor(i n / size) up to ceil((i + 1) n / size).
[[nodiscard]] Node adaptive_average_pooling(const std::string& name, Planes in, Index size);

/// Planes as features without shape.
[[nodiscard]] Node flatten(const std::string& name, Planes in);

/// Products of the features with weights [outputs, inputs], plus biases.
[[nodiscard]] Node dense(const std::string& name, Index inputs, Index outputs, bool biased = true);

/// Normalisation of every channel (network/normalisation.hpp); after a dense layer, of every feature: planes n x 1 x 1.
[[nodiscard]] Node batch_normalisation(const std::string& name, Planes in);

/// Training sets a share `rate`, [0, 1), of the values to zero and divides the others by 1 - rate; evaluation changes
/// nothing (Srivastava et al., JMLR 15, 2014, with the division in training).
[[nodiscard]] Node dropout(const std::string& name, Planes in, double rate);

/// Rounds every value to `bits` bits, 1 to 16 (network/quantisation.hpp); the way back lets gradients through.
[[nodiscard]] Node quantisation(const std::string& name, const FeatureShape& in, int bits);

/// The sum of two nodes' outputs: those of `input` times `factor`, plus those of `addend`.
[[nodiscard]] Node addition(const std::string& name, Planes in, std::size_t input, std::size_t addend,
                            double factor = 1);

/// An LSTM (network/lstm.hpp) of `hidden` units over the frames of a sequence, of which in.features() go in. Sigmoid
/// and tanh come from tables of `table_entries` entries; 0: they are exact.
[[nodiscard]] Node lstm(const std::string& name, Planes in, Index hidden, int table_entries = 0);

/// The last frame of every sequence.
[[nodiscard]] Node last_frame(const std::string& name, Planes in);

/// The words of the functions of every value, in the order in which messages list them.
[[nodiscard]] std::vector<std::string_view> activation_words();
/// A function of every value by its word, one of activation_words(). Throws std::logic_error for another word.
[[nodiscard]] Node activation(std::string_view word, const std::string& name, Planes in);

}  // namespace ohmcarlo
