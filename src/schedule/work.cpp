#include "schedule/work.hpp"

#include <algorithm>

namespace ohmcarlo {

std::size_t Lot::units_below(std::uint32_t unit) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(units, unit) - units.begin());
}

std::size_t Work::units() const {
  std::size_t count = 0;
  for (const Lot& lot : lots) count += lot.units_below(lot.needed);
  return count;
}

}  // namespace ohmcarlo
