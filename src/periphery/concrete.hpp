#pragma once
// A relaxed analog-to-digital converter, for training: the Concrete distribution (Maddison, Mnih, Teh, ICLR 2017; Jang,
// Gu, Poole, ICLR 2017) over the levels of a quantiser, after relaxed quantisation (Louizos, Reisser, Blankevoort,
// Gavves, Welling, ICLR 2019).
//
// The K = 2^bits levels are g_i = a i; level i wins between the edges e_i = a (i - 1/2) and e_{i+1}. A number x with
// logistic noise of scale s (sd = s pi / sqrt(3)), whose distribution function is F(v) = 1 / (1 + exp(-v/s)), falls
// there with probability
//   p_i = F(e_{i+1} - x) - F(e_i - x),   pi_i = p_i / sum of all p.
// The relaxed level is sum z_i g_i with z = softmax of (ln pi_i + G_i) / temperature, G_i = -ln(-ln u_i) standard
// Gumbel draws. Derivatives are those with the draws held, by chain rule: q_i = (g_i - sum z g) z_i / temperature sums
// to 0, so
//   d/dv = sum q_i d ln p_i/dv + sum z_i dg_i/dv.

#include <cstdint>
#include <span>
#include <vector>

#include "random/stream.hpp"

namespace ohmcarlo {

/// What becomes of noise that leads beyond the ends of the range.
enum class ConcreteTails : std::uint8_t {
  normalise,  ///< it counts for no level: the others share its probability
  clip,       ///< it counts for the level at that end, as in hardware: p_0 = F(e_1 - x), p_{K-1} = 1 - F(e_{K-1} - x)
};

struct ConcreteOptions {
  static constexpr int kMostBits = 8;
  static constexpr double kLowestTemperature = 1e-3;
  static constexpr double kHighestTemperature = 2;

  int bits = 4;            ///< 1 to kMostBits
  double temperature = 1;  ///< kLowestTemperature to kHighestTemperature
  ConcreteTails tails = ConcreteTails::normalise;
  bool draws = true;  ///< false: all G_i = 0
  /// The value is the level of greatest ln pi_i + G_i, which is a draw from pi; without draws it is the nearest level,
  /// the Quantiser's, halves to the even code (with normalised tails that is the most probable one). The derivatives
  /// stay those of the relaxed level.
  bool straight_through = false;
};

/// One conversion and its derivatives.
struct ConcreteValue {
  double value = 0;  ///< in the unit of x: from 0 to the highest level
  double by_x = 0;
  double by_a = 0;
  double by_s = 0;
};

/// ln pi_i of all levels, finite for every x, s > 0. Throws std::logic_error if options are beyond their ranges, if a
/// or s is not finite and above 0, or x not finite.
[[nodiscard]] std::vector<double> log_probabilities(const ConcreteOptions& options, double x, double a, double s);

/// -ln(-ln u) with u = (word + 1/2) 2^-32: how a word of a stream becomes a standard Gumbel draw.
[[nodiscard]] double gumbel_from_word(std::uint32_t word);

/// The conversion of x in double precision. `gumbels` are the draws of the K levels, or empty if options.draws is
/// false. s = 0 is the limit in which the nearest level is certain: the value of ste_value, halves to the even code (at
/// an edge the limit s -> 0 of pi is 1/2 for either level), with its derivatives, by_s = 0. Throws std::logic_error as
/// log_probabilities does, and if the number of draws is wrong.
[[nodiscard]] ConcreteValue concrete_value(const ConcreteOptions& options, double x, double a, double s,
                                           std::span<const double> gumbels);

/// Many conversions in single precision, to which a is rounded: value[j], by_x[j], by_a[j] are overwritten with those
/// of x[j], which must be finite. `scale`: the s of all conversions, or one for each, 0 or above. The draw of level i
/// for conversion j is made of the word first + i * level_stride + j of `draws`; level_stride >= the number of
/// conversions keeps them apart, and multiples of 64 for both are fastest.
///
/// Levels more than 16 s from x count nothing (pi_i < 1e-7). Up to 16 levels and from temperature 0.1, results are
/// those of concrete_value to 2e-4 of what they vary by (a for values, a / (s temperature) for by_x, 2^bits times that
/// for by_a), to 6e-5 of it without draws. A conversion's bits depend on its own x, scale and draws alone: not on its
/// neighbours, on how many are converted at once, or on the instruction set. Throws std::logic_error as concrete_value
/// does, and when sizes disagree; BadUsage when the stream has no such words.
void convert_concrete(const ConcreteOptions& options, double a, std::span<const float> scale, const Stream& draws,
                      std::uint64_t first, std::uint64_t level_stride, std::span<const float> x, std::span<float> value,
                      std::span<float> by_x, std::span<float> by_a);

}  // namespace ohmcarlo
