#pragma once
// How many images a chip sees, and from which strata, so that the mean over chips is known soonest.
//
// Chips cost much to program and little to test on an image, so many chips with few images each beat few chips with all
// of them. `counts` is the number of images in every stratum, N_h: [strata]; statistics/stratified.hpp.

#include <cstdint>
#include <span>
#include <vector>

#include "statistics/sample.hpp"
#include "statistics/stratified.hpp"

namespace ohmcarlo {

/// The number of images a chip that gives the least variance for the work, for one point: n = sqrt(r s_w^2 / (S_C^2 -
/// s_w^2 / N)) minimises (S_C^2 + s_w^2 (1 / n - 1 / N)) (r + n); N if the bracket is not above 0 (Cochran, Sampling
/// Techniques, 3rd ed., section 10.6). Put into least..N.
///
/// between = S_C^2, the variance between chips, within = s_w^2, n times what a sample of n images adds to it, images =
/// N, cost_ratio = r, the cost of programming a chip over that of one image on it; all of them >= 0. least if within is
/// 0.
[[nodiscard]] double best_sample_size(double between, double within, double images, double cost_ratio, double least);

/// What a few chips, tested on a sample of the images, tell of one point.
struct PilotPoint {
  double between = kNaN;  ///< S_C^2, variance between chips on all images; NaN: fewer than two chips, nothing known
  std::vector<double> within;  ///< S_h^2 of every stratum, mean over chips
  std::vector<double> spread;  ///< s_h of every stratum, for the allocation: above 0 also where all were right
  double cost_ratio = 1.0;     ///< cost of programming a chip over that of one image on it
};

/// Digests the pilot chips of a point: sums of every chip, [chips][strata]. A chip without sums failed and is left out.
///
/// S_h^2 is pooled over chips with divisor sum(n_h - 1), so that it holds none of the variance between chips; where no
/// chip has two images of a stratum, all images of all chips are taken for one sample. With a the chips' stratified
/// means and V the mean over chips of their sampling variance, between = max(s^2(a) - V, s^2(a) / 50). For shares (a
/// quantity that is 0 or 1 on every image) s_h = sqrt(p (1 - p)) + 0.02, with p the mean over the pilot's images of the
/// stratum; else s_h = sqrt(S_h^2) + 0.02 times the sd over all images.
[[nodiscard]] PilotPoint digest_pilot(std::span<const std::uint32_t> counts,
                                      std::span<const std::vector<StratumSums>> chips, bool is_share,
                                      double cost_ratio);

/// What a sample is designed for.
struct SampleTarget {
  double half_width = 0.001;  ///< of the interval of every point, > 0, in units of the metric
  double t = 1.96;            ///< quantile that makes a standard error a half-width
  double min = 30.0;          ///< chips that every point gets at least
  bool fixed_count = false;  ///< every point gets the same number of chips, whatever its variance; the rest is not read
};

/// Which images a chip sees at every point of an experiment.
struct SampleDesign {
  std::vector<std::uint32_t> sizes;  ///< n_h of every stratum
  std::uint32_t images = 0;          ///< their sum
  bool whole = false;                ///< all images: sampling would not save enough
};

/// Designs one sample for all points: one size and one allocation, so that a chip sees the same images at every point.
///
/// n lies in max(60, strata)..N, on a grid of ratio 1.02, and minimises the work sum_p max(min, T_p) (r_p + images),
/// where T_p = t^2 Var_p / half_width^2 chips are needed at point p, Var_p = between_p + sampling_variance of the
/// sizes, and images is their sum. With a fixed count it minimises sum_p Var_p (r_p + images) instead. Sizes are
/// neyman_sizes, but two at least (so that every chip tells its own sampling variance without bias); their s_h^2 is the
/// mean of the points' spread^2, weighted with the chips that points need at the pilot's sizes `pilot_sizes` (max(min,
/// T_p); with a fixed count all alike). Points of unknown variance (between NaN) take no part. All images if n exceeds
/// N / 3, or if no point takes part.
[[nodiscard]] SampleDesign design_sample(std::span<const std::uint32_t> counts, std::span<const PilotPoint> points,
                                         std::span<const std::uint32_t> pilot_sizes, const SampleTarget& target);

}  // namespace ohmcarlo
