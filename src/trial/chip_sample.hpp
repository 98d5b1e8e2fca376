#pragma once
// The test images that one chip is evaluated on, and what its answers to them say of all images.

#include <cstdint>
#include <span>
#include <vector>

#include "network/loss.hpp"
#include "records/sampling.hpp"
#include "statistics/image_sample.hpp"
#include "statistics/stratified.hpp"

namespace ohmcarlo {

/// The sample of one chip.
struct ChipSample {
  std::vector<std::uint32_t> images;   ///< places in the test set, ascending
  std::vector<std::uint16_t> stratum;  ///< of each of them
  std::vector<double> weights;         ///< images of the set that each of them stands for: N_h / n_h
  bool is_whole = false;               ///< whether it is the whole set
};

/// Draws the samples of a design. Not for several threads at once.
class ChipSampler {
 public:
  explicit ChipSampler(Sampling sampling);

  [[nodiscard]] const Sampling& sampling() const { return sampling_; }
  /// Images of every stratum, N_h.
  [[nodiscard]] std::span<const std::uint32_t> strata() const { return strata_; }
  /// Whether chip `trial` of `replica` sees all images, and nothing is asked of it for the pilot.
  [[nodiscard]] bool sees_all(std::size_t replica, std::size_t trial) const {
    return !sampling_.is_pilot(replica, trial) && sampling_.sizes_of(replica, trial) == strata_;
  }
  /// The sample of chip `trial` of `replica`; `key`: of the chip's random numbers.
  [[nodiscard]] ChipSample draw(std::uint64_t key, std::uint32_t replica, std::uint32_t trial);

 private:
  Sampling sampling_;
  std::vector<std::uint32_t> strata_;
  ImageSampler sampler_;
};

/// What a quantity of the sampled images (correct or not, loss) says: the mean over them by their weights is that of
/// the chip, and this its error.
struct SampledQuantity {
  std::vector<StratumSums> sums;  ///< of every stratum
  double variance = 0;            ///< of the chip's mean by the choice of images: estimated_sampling_variance()
};

/// What the answers of a chip to its sample say.
struct SampledAnswers {
  Tally tally;  ///< of all images, estimated: sums by weight
  SampledQuantity accuracy, loss;
};

/// Of recordings with a label a frame, accuracy and loss are ratios of sums over recordings (statistics.md calls it the
/// ratio estimator): a recording's value is then its linearised one, mean + (sum - mean frames) / mean frames.
[[nodiscard]] SampledAnswers weigh_answers(const ChipSample& sample, std::span<const Answer> answers,
                                           std::span<const std::uint32_t> strata, std::size_t classes);

}  // namespace ohmcarlo
