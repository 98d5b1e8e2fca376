#include "data/mfcc_options.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ohmcarlo {

std::size_t MfccOptions::window() const {
  return static_cast<std::size_t>(std::lround(window_seconds * rate));
}

std::size_t MfccOptions::hop() const {
  return static_cast<std::size_t>(std::lround(hop_seconds * rate));
}

std::size_t MfccOptions::frames(std::size_t samples) const {
  return samples < window() ? 0 : (samples - window()) / hop() + 1;
}

std::string describe(const MfccOptions& options) {
  return fmt::format(
      "mfcc rate={} window={} hop={} pre_emphasis={} filters={} low={} high={} cepstra={} lifter={} energy={} "
      "delta_window={}",
      options.rate, options.window(), options.hop(), options.pre_emphasis, options.filters, options.low_hz,
      options.high_hz, options.cepstra, options.lifter, options.energy, options.delta_window);
}

void check_options(const MfccOptions& options) {
  const double nyquist = options.rate / 2.0;
  const double high = options.high_hz == 0.0 ? nyquist : options.high_hz;
  if (options.rate == 0) fail_usage("features: a rate of 0 samples a second");
  const auto out_of_range = [](double seconds) { return !(seconds > 0.0 && seconds <= 1.0); };
  if (out_of_range(options.window_seconds) || options.window() < 2) {
    fail_usage("features: a window of {} s is out of range; allowed: two samples to 1 s", options.window_seconds);
  }
  if (out_of_range(options.hop_seconds) || options.hop() < 1) {
    fail_usage("features: a hop of {} s is out of range; allowed: one sample to 1 s", options.hop_seconds);
  }
  if (!(options.pre_emphasis >= 0.0 && options.pre_emphasis < 1.0)) {
    fail_usage("features: pre-emphasis {} is out of range; allowed: from 0 to below 1", options.pre_emphasis);
  }
  if (!(options.low_hz >= 0.0 && options.low_hz < high && high <= nyquist)) {
    fail_usage("features: filters from {} to {} Hz; allowed: rising, within 0 to {} Hz (half the rate)", options.low_hz,
               high, nyquist);
  }
  if (options.cepstra < 1 || options.cepstra + 1 > options.filters) {
    fail_usage("features: {} cepstra of {} filters; allowed: 1 to filters - 1", options.cepstra, options.filters);
  }
}

}  // namespace ohmcarlo
