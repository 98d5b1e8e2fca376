#include "training/methods/plain.hpp"

namespace ohmcarlo::methods {

extern const MethodEntry plain;
const MethodEntry plain{.word = "plain", .make = &make_method_of<Plain>};

}  // namespace ohmcarlo::methods
