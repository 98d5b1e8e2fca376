#include "network/activation_table.hpp"

#include <algorithm>
#include <array>
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
void ActivationTable<T>::look_up(std::span<T> x) const {
  const auto middle = static_cast<double>(values_.size() / 2), last = static_cast<double>(values_.size() - 1);
  // Entries first, values then: each loop is one that a compiler does for several numbers at once.
  constexpr std::size_t kTogether = 64;
  std::array<std::int32_t, kTogether> entries{};
  for (std::size_t first = 0; first < x.size(); first += kTogether) {
    const std::span<T> part = x.subspan(first, std::min(kTogether, x.size() - first));
    for (std::size_t k = 0; k < part.size(); ++k) {
      double place = std::floor(static_cast<double>(part[k]) * steps_per_unit_ + 0.5) + middle;
      place = place > 0 ? place : 0;  // NaN too
      entries[k] = static_cast<std::int32_t>(place < last ? place : last);
    }
    for (std::size_t k = 0; k < part.size(); ++k)
      part[k] = std::isnan(part[k]) ? part[k] : values_[static_cast<std::size_t>(entries[k])];
  }
}

template class ActivationTable<float>;
template class ActivationTable<double>;

}  // namespace ohmcarlo
