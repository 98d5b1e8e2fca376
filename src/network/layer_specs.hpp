#pragma once
// Descriptions of layers on feature maps. Each function works out the shape that comes out; every one throws an Error
// (exit status 2) that names the layer when the shape is impossible.

#include "network/spec.hpp"

namespace ohmcarlo {

/// Convolution (cross-correlation) of `in` with weights [channels, in.channels / groups * window.size^2], whose inputs
/// are in the order channel, row and column of the window. `groups` divides the channels on both sides.
[[nodiscard]] LayerSpec convolution(const std::string& name, Planes in, Index channels, Window window, Index groups = 1,
                                    bool biased = true);

/// The largest or the mean value under the window, channel by channel. Cells of the padding are never the largest, and
/// count as zeros in the mean. The padding is at most half the window, so that no window holds nothing else.
[[nodiscard]] LayerSpec max_pooling(const std::string& name, Planes in, Window window);
[[nodiscard]] LayerSpec average_pooling(const std::string& name, Planes in, Window window);

/// The mean of every channel.
[[nodiscard]] LayerSpec global_average_pooling(const std::string& name, Planes in);

/// The means of size x size parts of every channel, which overlap where they do not fit: of n cells part i of `size`
/// has those from floor(i n / size) up to ceil((i + 1) n / size).
[[nodiscard]] LayerSpec adaptive_average_pooling(const std::string& name, Planes in, Index size);

/// Planes as features without shape.
[[nodiscard]] LayerSpec flatten(const std::string& name, Planes in);

[[nodiscard]] LayerSpec dense(const std::string& name, Index inputs, Index outputs, bool biased = true);

/// Normalisation of every channel (network/normalisation.hpp); after a dense layer, of every feature: planes n x 1 x 1.
[[nodiscard]] LayerSpec batch_normalisation(const std::string& name, Planes in);

/// Training sets a share `rate`, [0, 1), of the values to zero and divides the others by 1 - rate; evaluation changes
/// nothing (Srivastava et al., JMLR 15, 2014, with the division in training).
[[nodiscard]] LayerSpec dropout(const std::string& name, Planes in, double rate);

/// The outputs of the layer before it, times `factor`, plus those of layer number `addend`.
[[nodiscard]] LayerSpec addition(const std::string& name, Planes in, std::size_t addend, double factor = 1);

/// LSTM cells (network/lstm.hpp) over the frames of a sequence; in.features() of a frame go in.
[[nodiscard]] LayerSpec lstm(const std::string& name, Planes in, Index cells, int table_entries = 0);

/// The last frame of every sequence.
[[nodiscard]] LayerSpec last_frame(const std::string& name, Planes in);

/// relu, abs, sigmoid or tanh of every value.
[[nodiscard]] LayerSpec activation(LayerKind kind, const std::string& name, Planes in);

}  // namespace ohmcarlo
