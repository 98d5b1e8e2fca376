#include "exchange/onnx_constants.hpp"

#include <algorithm>
#include <limits>

#include <fmt/ranges.h>

namespace ohmcarlo {
namespace {

std::size_t product_between(const Sizes& shape, std::size_t first, std::size_t last) {
  std::size_t product = 1;
  for (std::size_t i = first; i < last; ++i) product *= static_cast<std::size_t>(shape[i]);
  return product;
}

/// The values of `x` at `steps` along the axes of `shape`.
OnnxConstant picked(const OnnxNode& node, const OnnxConstant& x, const Sizes& shape,
                    const std::vector<std::size_t>& steps) {
  OnnxConstant made{shape, {}, x.whole};
  made.values.resize(count_values(node, shape));
  Sizes index(shape.size(), 0);
  for (double& value : made.values) {
    std::size_t from = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) from += static_cast<std::size_t>(index[d]) * steps[d];
    value = x.values[from];
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return made;
}

}  // namespace

OnnxConstant OnnxConstant::of_integers(const std::vector<Index>& values) {
  return {{std::ssize(values)}, {values.begin(), values.end()}, true};
}

OnnxConstant read_constant(const std::string& who, const onnx::TensorProto& tensor) {
  if (is_of_floats(tensor)) {
    OnnxTensor read = read_floats(who, tensor);
    return {std::move(read.shape), {read.values.begin(), read.values.end()}, false};
  }
  const std::vector<Index> read = read_integers(who, tensor);
  return {{tensor.dims().begin(), tensor.dims().end()}, {read.begin(), read.end()}, true};
}

onnx::TensorProto to_tensor(const std::string& name, const OnnxConstant& constant) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  for (const Index size : constant.shape) tensor.add_dims(size);
  tensor.set_data_type(constant.whole ? onnx::TensorProto::INT64 : onnx::TensorProto::FLOAT);
  constexpr double kMost = 9.2e18;
  for (const double value : constant.values)
    if (constant.whole)
      tensor.add_int64_data(static_cast<std::int64_t>(std::clamp(value, -kMost, kMost)));
    else
      tensor.add_float_data(static_cast<float>(value));
  return tensor;
}

std::size_t axis_of(const OnnxNode& node, Index axis, std::size_t rank) {
  const auto count = static_cast<Index>(rank);
  const Index at = axis < 0 ? axis + count : axis;
  if (at < 0 || at >= count) node.refuse("axis is {}, of {}", axis, count);
  return static_cast<std::size_t>(at);
}

std::size_t count_values(const OnnxNode& node, const Sizes& shape) {
  constexpr std::size_t kMost = std::size_t{1} << 27;
  std::size_t count = 1;
  for (const Index size : shape) {
    if (size < 0 || static_cast<std::size_t>(size) > kMost) node.refuse("it gives [{}]", fmt::join(shape, ", "));
    count *= static_cast<std::size_t>(size);
    if (count > kMost) node.refuse("it gives more than {} numbers", kMost);
  }
  return count;
}

Sizes squeezed_shape(const OnnxNode& node, const Sizes& shape, const Sizes& axes) {
  constexpr Index kTaken = -1;  // no size: a constant may have an axis of 0
  Sizes left = shape;
  for (const Index axis : axes) {
    Index& size = left[axis_of(node, axis, shape.size())];
    if (size != 1) node.refuse("it takes away axis {} of [{}] (allowed: axes of size 1)", axis, fmt::join(shape, ", "));
    size = kTaken;
  }
  std::erase(left, axes.empty() ? 1 : kTaken);
  return left;
}

Sizes unsqueezed_shape(const OnnxNode& node, const Sizes& shape, const Sizes& axes) {
  constexpr std::size_t kMostAxes = 8;
  const std::size_t rank = shape.size() + axes.size();
  if (rank > kMostAxes) node.refuse("it gives {} axes (allowed: up to {})", rank, kMostAxes);
  Sizes made(rank, -1);
  for (const Index axis : axes) {
    Index& size = made[axis_of(node, axis, rank)];
    if (size == 1) node.refuse("it adds axis {} twice", axis);
    size = 1;
  }
  auto next = shape.begin();
  for (Index& size : made)
    if (size == -1) size = *next++;
  return made;
}

OnnxConstant transposed(const OnnxNode& node, const OnnxConstant& x, const Sizes& perm) {
  Sizes shape, sorted = perm;
  std::ranges::sort(sorted);
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i < x.shape.size(); ++i) {
    if (perm.size() != x.shape.size() || sorted[i] != static_cast<Index>(i))
      node.refuse("perm is [{}] for {} axes", fmt::join(perm, ", "), x.shape.size());
    const auto axis = static_cast<std::size_t>(perm[i]);
    shape.push_back(x.shape[axis]);
    steps.push_back(product_between(x.shape, axis + 1, x.shape.size()));
  }
  return picked(node, x, shape, steps);
}

OnnxConstant gathered(const OnnxNode& node, const OnnxConstant& x, std::size_t axis, const OnnxConstant& indices) {
  const Index length = x.shape[axis];
  OnnxConstant made{{x.shape.begin(), x.shape.begin() + static_cast<std::ptrdiff_t>(axis)}, {}, x.whole};
  made.shape.insert(made.shape.end(), indices.shape.begin(), indices.shape.end());
  made.shape.insert(made.shape.end(), x.shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, x.shape.end());
  (void)count_values(node, made.shape);
  const std::size_t outer = product_between(x.shape, 0, axis);
  const std::size_t inner = product_between(x.shape, axis + 1, x.shape.size());
  for (std::size_t block = 0; block < outer; ++block)
    for (const double index : indices.values) {
      const double at = index < 0 ? index + static_cast<double>(length) : index;
      if (!(at >= 0 && at < static_cast<double>(length))) node.refuse("it takes element {} of {}", index, length);
      const std::size_t first = (block * static_cast<std::size_t>(length) + static_cast<std::size_t>(at)) * inner;
      for (std::size_t i = first; i < first + inner; ++i) made.values.push_back(x.values[i]);
    }
  return made;
}

OnnxConstant concatenated(const OnnxNode& node, const std::vector<OnnxConstant>& parts, std::size_t axis) {
  OnnxConstant made{parts.front().shape, {}, parts.front().whole};
  made.shape[axis] = 0;
  for (const OnnxConstant& part : parts) {
    bool fits = part.shape.size() == made.shape.size() && part.whole == made.whole;
    for (std::size_t d = 0; fits && d < made.shape.size(); ++d) fits = d == axis || part.shape[d] == made.shape[d];
    if (!fits) node.refuse("its constants do not fit each other");
    made.shape[axis] += part.shape[axis];
  }
  (void)count_values(node, made.shape);
  const std::size_t outer = product_between(made.shape, 0, axis);
  for (std::size_t block = 0; block < outer; ++block)
    for (const OnnxConstant& part : parts) {
      const std::size_t size = part.values.size() / outer;
      for (std::size_t i = block * size; i < (block + 1) * size; ++i) made.values.push_back(part.values[i]);
    }
  return made;
}

Sizes common_shape(const OnnxNode& node, const Sizes& a, const Sizes& b) {
  Sizes shape(std::max(a.size(), b.size()), 1);
  const auto size_of = [&](const Sizes& of, std::size_t d) {
    const std::size_t missing = shape.size() - of.size();
    return d < missing ? 1 : of[d - missing];
  };
  for (std::size_t d = 0; d < shape.size(); ++d) {
    const Index one = size_of(a, d), other = size_of(b, d);
    if (one != other && one != 1 && other != 1)
      node.refuse("[{}] and [{}] do not fit each other", fmt::join(a, ", "), fmt::join(b, ", "));
    shape[d] = one == 1 ? other : one;
  }
  return shape;
}

OnnxConstant repeated(const OnnxNode& node, const OnnxConstant& x, const Sizes& shape) {
  const std::size_t missing = shape.size() - x.shape.size();
  std::vector<std::size_t> steps(shape.size(), 0);
  for (std::size_t d = 0; d < x.shape.size(); ++d)
    if (x.shape[d] > 1) steps[missing + d] = product_between(x.shape, d + 1, x.shape.size());
  return picked(node, x, shape, steps);
}

}  // namespace ohmcarlo
