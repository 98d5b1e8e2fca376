#include "exchange/onnx_node.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "exchange/half.hpp"

namespace ohmcarlo {
namespace {

static_assert(std::endian::native == std::endian::little, "raw data of ONNX tensors are little-endian");

std::string name_of(const onnx::NodeProto& node) {
  if (!node.name().empty()) return fmt::format("'{}'", printable(node.name()));
  return node.output_size() > 0 ? fmt::format("that gives '{}'", printable(node.output(0))) : "without a name";
}

/// The number of elements that the shape of `tensor` says.
std::size_t count_of(const std::string& what, const onnx::TensorProto& tensor) {
  constexpr std::int64_t kMost = 1LL << 31;
  std::int64_t count = 1;
  for (const std::int64_t size : tensor.dims()) {
    if (size < 0 || size > kMost) fail_data("{}: a dimension of size {}", what, size);
    count *= size;
    if (count > kMost) fail_data("{}: more than {} numbers", what, kMost);
  }
  return static_cast<std::size_t>(count);
}

/// All elements, from the raw bytes or from the field of their type.
template <class T, class Field>
std::vector<T> elements(const std::string& what, const onnx::TensorProto& tensor, const Field& field) {
  const std::size_t count = count_of(what, tensor);
  const bool raw = tensor.has_raw_data();
  const std::size_t found = raw ? tensor.raw_data().size() : static_cast<std::size_t>(field.size());
  if (found != count * (raw ? sizeof(T) : 1))
    fail_data("{}: {} {} where its shape needs {}", what, found, raw ? "bytes" : "numbers",
              count * (raw ? sizeof(T) : 1));
  std::vector<T> values(count);
  if (raw && count > 0)
    std::memcpy(values.data(), tensor.raw_data().data(), found);
  else
    std::copy(field.begin(), field.end(), values.begin());
  return values;
}

std::string describe(const std::string& who, const onnx::TensorProto& tensor) {
  const std::string what = fmt::format("{}: tensor '{}'", who, printable(tensor.name()));
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0)
    fail_data("{}: its numbers are in another file (allowed: in the file itself)", what);
  if (tensor.has_segment()) fail_data("{}: only a segment of it is there", what);
  return what;
}

std::string type_name(int type) {
  return onnx::TensorProto::DataType_IsValid(type)
             ? onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(type))
             : fmt::format("{}", type);
}

}  // namespace

OnnxNode::OnnxNode(const std::string& file, const onnx::NodeProto& node)
    : node_(&node), who_(fmt::format("{}: node {} ({})", file, name_of(node), printable(node.op_type()))) {}

const onnx::AttributeProto* OnnxNode::find(const char* name, onnx::AttributeProto::AttributeType type) {
  const auto found = std::ranges::find(node_->attribute(), name, [](const auto& a) { return a.name(); });
  read_.insert(name);
  if (found == node_->attribute().end()) return nullptr;
  if (found->type() != type) refuse("its attribute '{}' is of the wrong type", name);
  return &*found;
}

bool OnnxNode::has(const char* name) const {
  return std::ranges::any_of(node_->attribute(), [&](const auto& a) { return a.name() == name; });
}

Index OnnxNode::integer(const char* name, Index fallback) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::INT);
  return found != nullptr ? found->i() : fallback;
}

double OnnxNode::real(const char* name, double fallback) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::FLOAT);
  const double value = found != nullptr ? static_cast<double>(found->f()) : fallback;
  if (!std::isfinite(value)) refuse("its attribute '{}' is {}", name, value);
  return value;
}

std::string OnnxNode::text(const char* name, const char* fallback) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::STRING);
  return found != nullptr ? found->s() : fallback;
}

std::vector<Index> OnnxNode::integers(const char* name, std::vector<Index> fallback) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::INTS);
  return found != nullptr ? std::vector<Index>(found->ints().begin(), found->ints().end()) : fallback;
}

std::vector<std::string> OnnxNode::texts(const char* name, std::vector<std::string> fallback) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::STRINGS);
  return found != nullptr ? std::vector<std::string>(found->strings().begin(), found->strings().end()) : fallback;
}

const onnx::TensorProto& OnnxNode::tensor(const char* name) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::TENSOR);
  if (found == nullptr) refuse("it lacks the attribute '{}'", name);
  return found->t();
}

void OnnxNode::finish() const {
  for (const onnx::AttributeProto& attribute : node_->attribute())
    if (!read_.contains(attribute.name())) refuse("its attribute '{}' is not supported", printable(attribute.name()));
}

bool is_of_floats(const onnx::TensorProto& tensor) {
  const int type = tensor.data_type();
  return type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::DOUBLE || type == onnx::TensorProto::FLOAT16 ||
         type == onnx::TensorProto::BFLOAT16;
}

OnnxTensor read_floats(const std::string& who, const onnx::TensorProto& tensor) {
  const std::string what = describe(who, tensor);
  OnnxTensor read{{tensor.dims().begin(), tensor.dims().end()}, {}};
  const auto rounded = [&](const auto& values, const auto& to_float) {
    read.values.reserve(values.size());
    std::ranges::transform(values, std::back_inserter(read.values), to_float);
  };
  if (!is_of_floats(tensor))
    fail_data("{}: its type is {} (allowed: FLOAT, DOUBLE, FLOAT16, BFLOAT16)", what, type_name(tensor.data_type()));
  if (tensor.data_type() == onnx::TensorProto::FLOAT)
    read.values = elements<float>(what, tensor, tensor.float_data());
  else if (tensor.data_type() == onnx::TensorProto::DOUBLE)
    rounded(elements<double>(what, tensor, tensor.double_data()), [](double x) { return static_cast<float>(x); });
  else if (tensor.data_type() == onnx::TensorProto::FLOAT16)
    rounded(elements<std::uint16_t>(what, tensor, tensor.int32_data()), &from_half);
  else
    rounded(elements<std::uint16_t>(what, tensor, tensor.int32_data()),
            [](std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); });
  const auto bad = std::ranges::find_if_not(read.values, [](float x) { return std::isfinite(x); });
  if (bad != read.values.end()) fail_data("{}: element {} is {}", what, bad - read.values.begin(), *bad);
  return read;
}

std::vector<Index> read_integers(const std::string& who, const onnx::TensorProto& tensor) {
  const std::string what = describe(who, tensor);
  const auto widened = [&]<class T>(std::type_identity<T>) {
    const std::vector<T> values = elements<T>(what, tensor, tensor.int32_data());
    return std::vector<Index>(values.begin(), values.end());
  };
  switch (tensor.data_type()) {
    case onnx::TensorProto::INT64:
      return elements<Index>(what, tensor, tensor.int64_data());
    case onnx::TensorProto::INT32:
      return widened(std::type_identity<std::int32_t>());
    case onnx::TensorProto::INT16:
      return widened(std::type_identity<std::int16_t>());
    case onnx::TensorProto::INT8:
      return widened(std::type_identity<std::int8_t>());
    case onnx::TensorProto::UINT16:
      return widened(std::type_identity<std::uint16_t>());
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::BOOL:
      return widened(std::type_identity<std::uint8_t>());
    default:
      fail_data("{}: its type is {} (allowed: whole numbers or BOOL)", what, type_name(tensor.data_type()));
  }
}

}  // namespace ohmcarlo
