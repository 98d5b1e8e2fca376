#pragma once
// Programming variation of weights: each weight is a stack of cells, each cell's conductance misses its target.

#include <span>
#include <vector>

#include "random/lineage.hpp"

namespace ohmcarlo {

/// How the error of a weight is drawn; its distribution does not depend on it.
enum class Sampler : std::uint8_t {
  weight,  ///< one Gaussian a weight with the sd of the whole stack
  cells,   ///< one Gaussian for every cell of the stack
};

/// Gaussian variation with sd `sigma` relative to one cell's full scale.
/// A weight of `weight_bits` bits is sliced over ceil(weight_bits / cell_bits) cells; with cell_bits = 0 it is one
/// analog cell. The sign is digital and the weight itself is not quantised: bits only set the scale of the noise. With
/// a band factor other than 1 sigma is divided so that the whole stays comparable (band_sigma,
/// device/cell_variation.hpp).
struct Variation {
  double sigma = 0;     ///< >= 0
  int weight_bits = 0;  ///< 1..16, or 0 with cell_bits = 0
  int cell_bits = 0;    ///< 1..weight_bits, or 0 for one analog cell
  Sampler sampler = Sampler::weight;
  double band_factor = 1;  ///< >= 0: weights with 0.25 < |w| / max|W| < 0.75 have this much more noise than others

  [[nodiscard]] int cells() const { return cell_bits == 0 ? 1 : (weight_bits + cell_bits - 1) / cell_bits; }
};

/// The part of a weight's range, in units of max|W|, that full scale of cell `slice` stands for:
/// 2^(K slice) (2^K - 1) / (2^M - 1) for M-bit weights on K-bit cells (Qin et al., CODES+ISSS 2024, eq. 3, with the
/// variation relative to a cell's full scale); 1 for an analog cell.
[[nodiscard]] double cell_weight(const Variation& variation, int slice);

/// sd of a weight's error in units of max|W|, outside the band; 0.77763 sigma for M = 8, K = 2.
[[nodiscard]] double weight_sd(const Variation& variation);

/// The largest error of each of a layer's `weights`, clean ones, whose cells miss their targets by at most one sigma:
/// all cells of its stack in one direction, each in its share of the range (cell_weight).
[[nodiscard]] std::vector<float> largest_errors(const Variation& variation, float max_weight,
                                                std::span<const float> weights);

/// Writes weights first, first + 1, ... with programming errors: each is its clean value plus max_weight times its
/// error in units of max|W|. Weight i is element i of the stream at `address` (cells: of the stream with slice = cell
/// number) under the key of `chip`, moved as its lineage says. `weights` has the size of `clean` (std::logic_error),
/// and may be the same memory.
void write_weights(const Variation& variation, float max_weight, const Lineage& chip, Address address,
                   std::uint64_t first, std::span<const float> clean, std::span<float> weights);

/// The same in place: the weights are clean before the call.
inline void add_variation(const Variation& variation, float max_weight, const Lineage& chip, const Address& address,
                          std::span<float> weights) {
  write_weights(variation, max_weight, chip, address, 0, weights, weights);
}

}  // namespace ohmcarlo
