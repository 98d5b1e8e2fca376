#include "accelerator/options.hpp"

namespace ohmcarlo {

double AcceleratorOptions::idle_share() const {
  switch (idle) {
    case IdleAccounting::none:
      return 0;
    case IdleAccounting::leakage:
      return leakage;
    case IdleAccounting::always_on:
      return 1;
  }
  return 0;
}

}  // namespace ohmcarlo
