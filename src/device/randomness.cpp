#include "device/randomness.hpp"

namespace ohmcarlo {

bool is_random(const CellModel& model) {
  if (model.defects && model.defects->rate > 0) return true;
  if (model.faults.rate > 0 || (model.drift && model.drift->nu_sd > 0)) return true;
  return !CellLaw(model.variation, model.range).exact() || !model.array.none();
}

}  // namespace ohmcarlo
