#include "chip/weight_chips.hpp"

#include "chip/group.hpp"
#include "chip/single_chips.hpp"

namespace ohmcarlo {

std::uint32_t chips_per_group(const NetworkSpec& spec) {
  return fits_group(spec) ? kChipsPerGroup : 1;
}

std::unique_ptr<WeightChips> make_weight_chips(const NetworkSpec& spec, Index copies) {
  if (fits_group(spec)) return std::make_unique<ChipGroup>(spec, copies);
  return std::make_unique<SingleChips>(spec, copies);
}

}  // namespace ohmcarlo
