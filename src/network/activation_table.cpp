#include "network/activation_table.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {

template <class T>
ActivationTable<T>::ActivationTable(GateFunction function, int entries, double range)
    : steps_per_unit_(entries / (2 * range)) {
  if (entries < 2 || entries > kMostEntries)
    fail_usage("a table of {} entries for an activation (allowed: 2 to {})", entries, kMostEntries);
  if (!(range > 0) || std::isinf(range))
    fail_usage("a table that covers -{0} to {0} of an activation (allowed: more than 0)", range);
  for (int k = 0; k < entries; ++k) {
    const double x = (k - entries / 2) / steps_per_unit_;
    values_.push_back(static_cast<T>(function == GateFunction::tanh ? std::tanh(x) : 1 / (1 + std::exp(-x))));
  }
}

template <class T>
T ActivationTable<T>::operator()(T x) const {
  if (std::isnan(x)) return x;
  const auto middle = static_cast<double>(values_.size() / 2);
  const double place = std::floor(static_cast<double>(x) * steps_per_unit_ + 0.5) + middle;
  return values_[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(values_.size() - 1)))];
}

template class ActivationTable<float>;
template class ActivationTable<double>;

}  // namespace ohmcarlo
