#pragma once
// The operations that networks are made of, as nodes. Each function works out the shape that comes out, and throws an
// Error that names the node when the shape is impossible. A node takes the outputs of the one before it, unless its
// inputs are set (NetworkSpec::add).

#include <cstdint>
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

/// Values times `factors` plus `offsets`, both with a number a channel, or with one a feature. They are held, not
/// learnt: what scales inputs, or stands behind a layer and is no bias.
[[nodiscard]] Node scaling(const std::string& name, Planes in, Vector<float> factors, Vector<float> offsets);
/// What `first` and then `second`, both made by scaling() of one shape, make of the input of `first`, as one node.
[[nodiscard]] Node joined_scaling(const Node& first, const Node& second);
/// True if `node` was made by scaling().
[[nodiscard]] bool is_scaling(const Node& node);

/// The products of two nodes' outputs, value by value.
[[nodiscard]] Node multiplication(const std::string& name, Planes in, std::size_t input, std::size_t factor);

/// The channels of all `inputs`, one behind the other; `in`: the planes of each, which differ in channels only.
[[nodiscard]] Node concatenation(const std::string& name, const std::vector<Planes>& in,
                                 std::vector<std::size_t> inputs);

/// Values in other places: feature j of `out` is feature sources[j] of `in`, or `fill` where that is -1. So axes are
/// turned, edges padded and cut.
[[nodiscard]] Node rearrangement(const std::string& name, Planes in, Planes out, std::vector<Index> sources,
                                 double fill = 0);

/// Functions of every value with up to two numbers a and b.
enum class Curve : std::uint8_t {
  leaky_relu,    ///< x, or a x below 0
  clip,          ///< x between a and b
  elu,           ///< x, or a (e^x - 1) below 0 (Clevert, Unterthiner, Hochreiter, ICLR 2016)
  selu,          ///< b times elu (Klambauer et al., NeurIPS 2017)
  hard_sigmoid,  ///< a x + b between 0 and 1
  hard_swish,    ///< x times x / 6 + 1/2 between 0 and 1 (Howard et al., ICCV 2019)
  gelu,          ///< x times the normal distribution function of x (Hendrycks, Gimpel, arXiv:1606.08415)
  tanh_gelu,     ///< gelu by their approximation with tanh
  softplus,      ///< ln(1 + e^x)
  softsign,      ///< x / (1 + |x|)
  erf,           ///< the error function of x
};
[[nodiscard]] Node curve(Curve which, const std::string& name, Planes in, double a = 0, double b = 0);

/// An LSTM (network/lstm.hpp) of `hidden` units over the frames of a sequence, of which in.features() go in. Sigmoid
/// and tanh come from tables of `table_entries` entries; 0: they are exact.
[[nodiscard]] Node lstm(const std::string& name, Planes in, Index hidden, int table_entries = 0);

/// Recurrent layers that only go forward: they are deployed as they come from elsewhere, and not trained. h_{-1} = 0.
enum class RecurrentCell : std::uint8_t {
  tanh,              ///< h_t = tanh(W [x_t, h_{t-1}] + b) (Elman, Cognitive Science 14, 1990)
  relu,              ///< the same with a rectifier
  gru,               ///< gated (Cho et al., EMNLP 2014): z, r = sigmoid(W [x_t, h_{t-1}] + b),
                     ///< n = tanh(W_n [x_t, r h_{t-1}] + b_n), h_t = (1 - z) n + z h_{t-1}
  gru_reset_behind,  ///< as torch has it: n = tanh(W_nx x_t + b_n + r (W_nh h_{t-1} + c))
};
/// Such a layer of `hidden` units over the frames of a sequence. W [hidden, inputs + hidden], columns of x first; of
/// the gated ones [3 hidden, inputs + hidden], rows of z first, then r, then n. Those multiply by W twice a time step:
/// gru by [x, h] and [x, r h], gru_reset_behind by [x, 0] and [0, h]. `behind`: c of gru_reset_behind [hidden], which
/// is digital as all biases are.
[[nodiscard]] Node recurrent(const std::string& name, Planes in, Index hidden, RecurrentCell cell,
                             Vector<float> behind = {});
/// True if `node` was made by recurrent().
[[nodiscard]] bool only_goes_forward(const Node& node);

/// The last frame of every sequence.
[[nodiscard]] Node last_frame(const std::string& name, Planes in);

/// The words of the functions of every value, in the order in which messages list them.
[[nodiscard]] std::vector<std::string_view> activation_words();
/// A function of every value by its word, one of activation_words(). Throws std::logic_error for another word.
[[nodiscard]] Node activation(std::string_view word, const std::string& name, Planes in);

}  // namespace ohmcarlo
