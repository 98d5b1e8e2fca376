#pragma once
// What those who carry out a sum by other means than its kernel need to know.

#include <optional>

namespace ohmcarlo {

class Operation;
/// The factor that a sum of two nodes multiplies the first by; nothing of another operation.
[[nodiscard]] std::optional<double> addition_factor(const Operation& operation);

}  // namespace ohmcarlo
