#include "base/error.hpp"

namespace ohmcarlo {

void require(bool condition, const char* what) {
  if (!condition) throw std::logic_error(std::string("internal error: ") + what);
}

}  // namespace ohmcarlo
