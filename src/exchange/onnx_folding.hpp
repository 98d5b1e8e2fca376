#pragma once
// Constants folded: what nodes compute of constants alone is a constant; private to exchange/.

#include <optional>

#include "exchange/onnx_constants.hpp"

namespace ohmcarlo {

/// True if fold() knows the operator.
[[nodiscard]] bool is_foldable(const std::string& op);

/// What a node gives of constants, `inputs`, those left out being none. Refuses (BadData) attributes and inputs that do
/// not fit, operators it does not know, and arithmetic of sizes that are left open (kOpenFirst).
[[nodiscard]] OnnxConstant fold(OnnxNode& node, const std::vector<std::optional<OnnxConstant>>& inputs);

/// The shape that Reshape gives of `shape` to `target`, in which -1 is the size that is left, and 0 that of the same
/// axis unless `zeros` are sizes. Refuses others.
[[nodiscard]] Sizes reshaped_shape(const OnnxNode& node, const Sizes& shape, const Sizes& target, bool zeros);

}  // namespace ohmcarlo
