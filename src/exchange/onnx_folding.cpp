#include "exchange/onnx_folding.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include <fmt/ranges.h>

namespace ohmcarlo {
namespace {

using Inputs = std::vector<std::optional<OnnxConstant>>;

const OnnxConstant& input_of(const OnnxNode& node, const Inputs& inputs, std::size_t i) {
  if (i >= inputs.size() || !inputs[i]) node.refuse("it lacks its input {}", i + 1);
  return *inputs[i];
}

Sizes sizes_of(const OnnxConstant& constant) {
  Sizes sizes;
  for (const double value : constant.values) sizes.push_back(static_cast<Index>(std::clamp(value, -9e18, 9e18)));
  return sizes;
}

/// Numbers that are an attribute in old operator sets and an input in later ones.
Sizes numbers_of(OnnxNode& node, const Inputs& inputs, std::size_t i, const char* attribute) {
  if (i < inputs.size() && inputs[i]) return sizes_of(*inputs[i]);
  return node.integers(attribute, {});
}

OnnxConstant with_shape(const OnnxConstant& x, Sizes shape) {
  return {std::move(shape), x.values, x.whole};
}

using Unary = double (*)(double);
const std::map<std::string, Unary>& unary_functions() {
  static const std::map<std::string, Unary> known = {
      {"Abs", [](double x) { return std::abs(x); }},   {"Ceil", [](double x) { return std::ceil(x); }},
      {"Exp", [](double x) { return std::exp(x); }},   {"Floor", [](double x) { return std::floor(x); }},
      {"Log", [](double x) { return std::log(x); }},   {"Neg", [](double x) { return -x; }},
      {"Sqrt", [](double x) { return std::sqrt(x); }}, {"Reciprocal", [](double x) { return 1 / x; }}};
  return known;
}

using Binary = double (*)(double, double);
const std::map<std::string, Binary>& binary_functions() {
  static const std::map<std::string, Binary> known = {{"Add", [](double a, double b) { return a + b; }},
                                                      {"Div", [](double a, double b) { return a / b; }},
                                                      {"Max", [](double a, double b) { return std::max(a, b); }},
                                                      {"Min", [](double a, double b) { return std::min(a, b); }},
                                                      {"Mul", [](double a, double b) { return a * b; }},
                                                      {"Pow", [](double a, double b) { return std::pow(a, b); }},
                                                      {"Sub", [](double a, double b) { return a - b; }}};
  return known;
}

/// What is computed must be finite, and not of sizes that are left open.
void check_result(const OnnxNode& node, const Inputs& inputs, const OnnxConstant& result) {
  for (const std::optional<OnnxConstant>& input : inputs)
    if (input && input->whole && std::ranges::any_of(input->values, [](double x) {
          return x == static_cast<double>(kOpenFirst) || x == static_cast<double>(kOpenSecond);
        }))
      node.refuse("it computes with a number of images or sequences that is left open");
  if (!std::ranges::all_of(result.values, [](double x) { return std::isfinite(x); }))
    node.refuse("what it computes of constants is not finite");
}

OnnxConstant fold_arithmetic(const OnnxNode& node, const Inputs& inputs) {
  OnnxConstant result = input_of(node, inputs, 0);
  if (const auto unary = unary_functions().find(node.op()); unary != unary_functions().end()) {
    std::ranges::transform(result.values, result.values.begin(), unary->second);
  } else {
    const Binary binary = binary_functions().at(node.op());
    for (std::size_t i = 1; i < std::max<std::size_t>(2, inputs.size()); ++i) {
      const OnnxConstant& other = input_of(node, inputs, i);
      const Sizes shape = common_shape(node, result.shape, other.shape);
      const OnnxConstant right = repeated(node, other, shape);
      result = repeated(node, result, shape);
      std::ranges::transform(result.values, right.values, result.values.begin(), binary);
      if (result.whole && node.op() == "Div")
        std::ranges::transform(result.values, result.values.begin(), [](double x) { return std::trunc(x); });
    }
  }
  check_result(node, inputs, result);
  return result;
}

OnnxConstant fold_cast(OnnxNode& node, const Inputs& inputs) {
  OnnxConstant x = input_of(node, inputs, 0);
  onnx::TensorProto to;
  to.set_data_type(static_cast<std::int32_t>(node.integer("to", onnx::TensorProto::FLOAT)));
  (void)node.integer("saturate", 1);
  const bool whole = !is_of_floats(to);
  if (whole && !x.whole) std::ranges::transform(x.values, x.values.begin(), [](double v) { return std::trunc(v); });
  x.whole = whole;
  return x;
}

OnnxConstant fold_slice(OnnxNode& node, const Inputs& inputs) {
  OnnxConstant x = input_of(node, inputs, 0);
  const Sizes starts = numbers_of(node, inputs, 1, "starts"), ends = numbers_of(node, inputs, 2, "ends");
  Sizes axes = numbers_of(node, inputs, 3, "axes"), steps = numbers_of(node, inputs, 4, "steps");
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), Index{0});
  }
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    node.refuse("its starts, ends, axes and steps are not as many");
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t axis = axis_of(node, axes[i], x.shape.size());
    const Index length = x.shape[axis];
    if (steps[i] != 1) node.refuse("it takes every {}th element (allowed: every one)", steps[i]);
    const auto place = [&](Index at) { return std::clamp<Index>(at < 0 ? at + length : at, 0, length); };
    if (x.values.empty()) {  // its other axes may be of any length
      x.shape[axis] = std::max<Index>(0, place(ends[i]) - place(starts[i]));
      continue;
    }
    OnnxConstant indices = OnnxConstant::of_integers({});
    for (Index k = place(starts[i]); k < place(ends[i]); ++k) indices.values.push_back(static_cast<double>(k));
    indices.shape = {std::ssize(indices.values)};
    x = gathered(node, x, axis, indices);
  }
  return x;
}

OnnxConstant fold_concatenation(OnnxNode& node, const Inputs& inputs) {
  std::vector<OnnxConstant> parts;
  for (std::size_t i = 0; i < inputs.size(); ++i) parts.push_back(input_of(node, inputs, i));
  return concatenated(node, parts, axis_of(node, node.integer("axis", 0), parts.front().shape.size()));
}

OnnxConstant fold_filling(OnnxNode& node, const Inputs& inputs) {
  OnnxConstant value{{1}, {0}, false};
  if (node.has("value")) value = read_constant("value", node.tensor("value"));
  const Sizes shape = sizes_of(input_of(node, inputs, 0));
  const std::size_t count = count_values(node, shape);
  if (value.values.size() != 1) node.refuse("its value is not one number");
  return {shape, std::vector<double>(count, value.values.front()), value.whole};
}

OnnxConstant fold_transpose(OnnxNode& node, const Inputs& inputs) {
  const OnnxConstant& x = input_of(node, inputs, 0);
  Sizes order(x.shape.size());
  std::iota(order.rbegin(), order.rend(), Index{0});
  return transposed(node, x, node.integers("perm", order));
}

OnnxConstant fold_expansion(OnnxNode& node, const Inputs& inputs) {
  const OnnxConstant& x = input_of(node, inputs, 0);
  const Sizes target = sizes_of(input_of(node, inputs, 1));
  (void)count_values(node, target);
  return repeated(node, x, common_shape(node, x.shape, target));
}

OnnxConstant fold_reshape(OnnxNode& node, const Inputs& inputs) {
  const OnnxConstant& x = input_of(node, inputs, 0);
  const bool zeros = node.integer("allowzero", 0) != 0;
  return with_shape(x, reshaped_shape(node, x.shape, sizes_of(input_of(node, inputs, 1)), zeros));
}

OnnxConstant fold_flattening(OnnxNode& node, const Inputs& inputs) {
  const OnnxConstant& x = input_of(node, inputs, 0);
  const Index axis = node.integer("axis", 1), rank = std::ssize(x.shape);
  const Index at = axis < 0 ? axis + rank : axis;
  if (at < 0 || at > rank) node.refuse("axis is {}, of {}", axis, rank);
  const Index rows = std::accumulate(x.shape.begin(), x.shape.begin() + at, Index{1}, std::multiplies<>());
  return with_shape(x, {rows, rows == 0 ? 0 : std::ssize(x.values) / rows});
}

/// The product of all: of sizes, where a file works out how many features there are.
OnnxConstant fold_product(OnnxNode& node, const Inputs& inputs) {
  const OnnxConstant& x = input_of(node, inputs, 0);
  const Sizes axes = numbers_of(node, inputs, 1, "axes");
  if (x.shape.size() != 1 || axes.size() > 1) node.refuse("it multiplies others than the numbers of one axis");
  const double product = std::accumulate(x.values.begin(), x.values.end(), 1.0, std::multiplies<>());
  const OnnxConstant result{node.integer("keepdims", 1) != 0 ? Sizes{1} : Sizes{}, {product}, x.whole};
  check_result(node, inputs, result);
  return result;
}

using Folding = OnnxConstant (*)(OnnxNode& node, const Inputs& inputs);
const std::map<std::string, Folding>& foldings() {
  static const std::map<std::string, Folding> known = {
      {"Cast", &fold_cast},
      {"Concat", &fold_concatenation},
      {"ConstantOfShape", &fold_filling},
      {"Expand", &fold_expansion},
      {"Flatten", &fold_flattening},
      {"Gather",
       [](OnnxNode& node, const Inputs& inputs) {
         const OnnxConstant& x = input_of(node, inputs, 0);
         return gathered(node, x, axis_of(node, node.integer("axis", 0), x.shape.size()), input_of(node, inputs, 1));
       }},
      {"Identity", [](OnnxNode& node, const Inputs& inputs) { return input_of(node, inputs, 0); }},
      {"ReduceProd", &fold_product},
      {"Reshape", &fold_reshape},
      {"Shape",
       [](OnnxNode& node, const Inputs& inputs) { return OnnxConstant::of_integers(input_of(node, inputs, 0).shape); }},
      {"Slice", &fold_slice},
      {"Squeeze",
       [](OnnxNode& node, const Inputs& inputs) {
         const OnnxConstant& x = input_of(node, inputs, 0);
         return with_shape(x, squeezed_shape(node, x.shape, numbers_of(node, inputs, 1, "axes")));
       }},
      {"Transpose", &fold_transpose},
      {"Unsqueeze", [](OnnxNode& node, const Inputs& inputs) {
         const OnnxConstant& x = input_of(node, inputs, 0);
         return with_shape(x, unsqueezed_shape(node, x.shape, numbers_of(node, inputs, 1, "axes")));
       }}};
  return known;
}

}  // namespace

bool is_foldable(const std::string& op) {
  return foldings().contains(op) || unary_functions().contains(op) || binary_functions().contains(op);
}

OnnxConstant fold(OnnxNode& node, const Inputs& inputs) {
  const auto found = foldings().find(node.op());
  if (found != foldings().end()) return found->second(node, inputs);
  if (!is_foldable(node.op())) node.refuse("the operator {} is not supported", printable(node.op()));
  return fold_arithmetic(node, inputs);
}

Sizes reshaped_shape(const OnnxNode& node, const Sizes& shape, const Sizes& target, bool zeros) {
  const std::size_t count = count_values(node, shape);
  Sizes made = target;
  Index* open = nullptr;
  std::size_t known = 1;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (made[i] == 0 && !zeros && i < shape.size()) made[i] = shape[i];
    if (made[i] == -1 && open == nullptr)
      open = &made[i];
    else
      known *= count_values(node, {made[i]});
    if (known > count && count > 0) break;
  }
  if (open != nullptr && known > 0 && count % known == 0) *open = static_cast<Index>(count / known);
  if (std::ranges::find(made, -1) != made.end() || count_values(node, made) != count)
    node.refuse("it gives [{}] of [{}]", fmt::join(target, ", "), fmt::join(shape, ", "));
  return made;
}

}  // namespace ohmcarlo
