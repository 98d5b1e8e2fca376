#include "statistics/mean_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "statistics/betting.hpp"
#include "statistics/confidence_sequence.hpp"
#include "statistics/fixed_width.hpp"

namespace ohmcarlo {
namespace {

// Half the width of a symmetric interval; infinite where there is none.
double symmetric_half(const MeanEstimate& estimate, const EstimateOptions& options) {
  const double sd = guarded_sd(estimate.sd, estimate.count, options.images);
  if (estimate.kind == IntervalKind::fixed_width) {
    return fixed_width_half(estimate.count, sd, estimate.skewness, options.confidence);
  }
  if (estimate.kind == IntervalKind::sequence) {
    const double alpha = 1 - options.confidence;
    return sequence_half_width(estimate.count, sd, alpha, tuned_rho2(alpha));
  }
  return fixed_width_half(estimate.count, estimate.sd, 0.0, options.confidence);  // Student: as measured, no skewness
}

}  // namespace

MeanEstimate estimate_mean(std::span<const double> values, const EstimateOptions& options) {
  const std::vector<double> finite = finite_values(values);
  const Sample sample = summarise(finite);
  MeanEstimate estimate;
  estimate.count = sample.count;
  estimate.failures = values.size() - sample.count;
  estimate.mean = sample.mean;
  estimate.sd = sample.sd;
  estimate.kind = options.kind;
  if (sample.count < 2) return estimate;
  estimate.skewness = skewness(finite);
  if (options.kind == IntervalKind::betting) {
    estimate.interval = betting_interval(finite, options.confidence);
    const double half = std::max(sample.mean - estimate.interval.low, estimate.interval.high - sample.mean);
    if (!std::isnan(half)) estimate.half_width = half;
  } else {
    estimate.half_width = symmetric_half(estimate, options);
    estimate.interval = {sample.mean - estimate.half_width, sample.mean + estimate.half_width};
  }
  return estimate;
}

}  // namespace ohmcarlo
