#include "trial/chip_sample.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "statistics/strata.hpp"

namespace ohmcarlo {

ChipSampler::ChipSampler(Sampling sampling)
    : sampling_(std::move(sampling)), strata_(count_strata(sampling_.stratum)), sampler_(sampling_.stratum) {
  require(sampling_.strata() == strata_.size(), "a design has a size for every stratum");
}

ChipSample ChipSampler::draw(std::uint64_t key, std::uint32_t replica, std::uint32_t trial) {
  const std::vector<std::uint32_t>& sizes = sampling_.sizes_of(replica, trial);
  ChipSample sample;
  sample.is_whole = std::ranges::equal(sizes, strata_);
  sample.images = sampler_.draw(key, replica, trial, sizes);
  std::ranges::sort(sample.images);
  for (const std::uint32_t image : sample.images) {
    const std::uint16_t h = sampling_.stratum[image];
    sample.stratum.push_back(h);
    sample.weights.push_back(static_cast<double>(strata_[h]) / static_cast<double>(sizes[h]));
  }
  return sample;
}

namespace {

/// What one image, or one recording, adds.
struct Shares {
  double labels = 0, correct = 0, loss = 0;
};

SampledQuantity linearise(const ChipSample& sample, const std::vector<Shares>& shares, double Shares::*what,
                          double mean, double labels_an_image, std::span<const std::uint32_t> strata) {
  SampledQuantity quantity{std::vector<StratumSums>(strata.size()), 0};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double value = mean + (shares[i].*what - mean * shares[i].labels) / labels_an_image;
    StratumSums& sums = quantity.sums[sample.stratum[i]];
    ++sums.count;
    sums.sum += value;
    sums.squares += value * value;
  }
  quantity.variance = sample.is_whole ? 0 : estimated_sampling_variance(strata, quantity.sums);
  return quantity;
}

}  // namespace

SampledAnswers weigh_answers(const ChipSample& sample, std::span<const Answer> answers,
                             std::span<const std::uint32_t> strata, std::size_t classes) {
  SampledAnswers weighed{weighted_tally(answers, sample.weights, classes), {}, {}};
  std::vector<Shares> shares(sample.images.size());
  for (const Answer& answer : answers) {
    Shares& share = shares[answer.place];
    share.labels += 1;
    share.correct += answer.answer == static_cast<std::int32_t>(answer.label) ? 1 : 0;
    share.loss += answer.loss;
  }
  const double images = std::accumulate(strata.begin(), strata.end(), 0.0);
  const double labels_an_image = weighed.tally.images / images;
  weighed.accuracy = linearise(sample, shares, &Shares::correct, weighed.tally.accuracy(), labels_an_image, strata);
  weighed.loss = linearise(sample, shares, &Shares::loss, weighed.tally.loss(), labels_an_image, strata);
  return weighed;
}

}  // namespace ohmcarlo
