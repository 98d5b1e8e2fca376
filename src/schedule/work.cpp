#include "schedule/work.hpp"

namespace ohmcarlo {

std::size_t Work::units() const {
  std::size_t count = 0;
  for (const Lot& lot : lots) count += lot.units.size();
  return count;
}

}  // namespace ohmcarlo
