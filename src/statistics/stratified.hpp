#pragma once
// Means over all test images from a stratified sample of them (Cochran, Sampling Techniques, 3rd ed., chapter 5).
//
// Stratum h has N_h of all N images, and a sample has n_h of them, drawn without replacement. `counts` below is N_h,
// [strata], all at least 1; `sizes` is n_h. What does not fit together throws std::logic_error.

#include <cstdint>
#include <span>
#include <vector>

namespace ohmcarlo {

/// Sums of a quantity over the sampled images of one stratum of one chip.
struct StratumSums {
  std::uint32_t count = 0;  ///< n_h
  double sum = 0.0;
  double squares = 0.0;  ///< sum of the squared values
};

/// Sizes in proportion to the strata, n_h about n N_h / N, each at least min(least, N_h) and at most N_h. They add up
/// to n (by largest remainders, ties by stratum number) unless n is less than the least sizes take together, or more
/// than all images. Strata whose share is below their least size get that, and the others share the rest.
[[nodiscard]] std::vector<std::uint32_t> proportional_sizes(std::span<const std::uint32_t> counts, std::uint32_t n,
                                                            std::uint32_t least);

/// Sizes of the least variance for about n images (Neyman 1934): n_h = n N_h s_h / sum(N_h s_h), rounded and put into
/// 1..N_h, so that they need not add up to n. `spread` [strata] holds the standard deviations s_h >= 0 within strata;
/// if they are 0 throughout, sizes are in proportion to N_h.
[[nodiscard]] std::vector<std::uint32_t> neyman_sizes(std::span<const std::uint32_t> counts,
                                                      std::span<const double> spread, std::uint32_t n);

/// What sampling adds to the variance of one chip's mean: sum (N_h / N)^2 S_h^2 (1 / n_h - 1 / N_h). `within` [strata]
/// holds S_h^2, the variance among the images of a stratum, divisor N_h - 1. Sizes in 1..N_h.
[[nodiscard]] double sampling_variance(std::span<const std::uint32_t> counts, std::span<const double> within,
                                       std::span<const std::uint32_t> sizes);

/// The mean over all images, estimated without bias: sum (N_h / N) (mean of the sampled images of h). Counts of `sums`
/// [strata] in 1..N_h.
[[nodiscard]] double stratified_mean(std::span<const std::uint32_t> counts, std::span<const StratumSums> sums);

/// The sampling variance of stratified_mean, estimated from the same sums. Without bias where every stratum has two
/// sampled images or all of its images: S_h^2 is estimated with divisor n_h - 1.
///
/// A stratum of which one image of several was sampled says nothing about its variance. Its term is the squared
/// difference between that image and its neighbour's mean, (N_h / N)^2 (y_h - mean_j)^2, with the stratum before it for
/// j (for the first, the one after it). Two such strata in a row share one difference, with the larger of their
/// N_h / N. The expectation of such a term is never below what it stands for, and beyond it by the distance between the
/// strata (the collapsed strata of Cochran, section 5A.12): the estimate is too large on average.
///
/// NaN only if the whole sample is one image of several. Counts of `sums` in 1..N_h.
[[nodiscard]] double estimated_sampling_variance(std::span<const std::uint32_t> counts,
                                                 std::span<const StratumSums> sums);

}  // namespace ohmcarlo
