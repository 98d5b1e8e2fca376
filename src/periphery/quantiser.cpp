#include "periphery/quantiser.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

Quantiser::Quantiser(int bits, double low, double high) {
  const bool symmetric = low == -high;
  require(bits >= (symmetric ? 2 : 1) && bits <= 24 && std::isfinite(low) && std::isfinite(high) && low < high,
          "a quantiser has 1 to 24 bits (2 if symmetric) and a range");
  highest_ = static_cast<float>(symmetric ? std::ldexp(1.0, bits - 1) - 1 : std::ldexp(1.0, bits) - 1);
  lowest_ = symmetric ? -highest_ : 0.0F;
  zero_ = symmetric ? 0.0F : static_cast<float>(low);
  lsb_ = (high - low) / (double{highest_} - double{lowest_});
  per_lsb_ = static_cast<float>(1 / lsb_);
}

}  // namespace ohmcarlo
