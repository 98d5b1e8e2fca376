#pragma once
// Parts of an ONNX file, checked as they are read; private to exchange/.

#include <set>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// One node: its operator, inputs, outputs and attributes.
class OnnxNode {
 public:
  OnnxNode(const std::string& file, const onnx::NodeProto& node);

  [[nodiscard]] const std::string& op() const { return node_->op_type(); }
  [[nodiscard]] std::size_t inputs() const { return static_cast<std::size_t>(node_->input_size()); }
  /// The name of input `i`, empty if it is left out.
  [[nodiscard]] std::string input(std::size_t i) const { return i < inputs() ? node_->input(static_cast<int>(i)) : ""; }
  [[nodiscard]] const onnx::NodeProto& proto() const { return *node_; }

  // Attributes, by name. A wrong type or an absurd number is refused.
  [[nodiscard]] Index integer(const char* name, Index fallback);
  [[nodiscard]] double real(const char* name, double fallback);
  [[nodiscard]] std::string text(const char* name, const char* fallback);
  [[nodiscard]] std::vector<Index> integers(const char* name, std::vector<Index> fallback);
  [[nodiscard]] std::vector<std::string> texts(const char* name, std::vector<std::string> fallback);
  [[nodiscard]] const onnx::TensorProto& tensor(const char* name);
  [[nodiscard]] bool has(const char* name) const;

  /// Refuses an attribute that nobody read: it might change what the operator does.
  void finish() const;

  /// Throws BadData: "FILE: node NAME (OPERATOR): text".
  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) const {
    fail_data("{}: {}", who_, fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  [[nodiscard]] const onnx::AttributeProto* find(const char* name, onnx::AttributeProto::AttributeType type);

  const onnx::NodeProto* node_;
  std::string who_;
  std::set<std::string> read_;
};

/// The numbers of a tensor.
struct OnnxTensor {
  std::vector<Index> shape;
  std::vector<float> values;  ///< row-major, finite
};

/// True if the tensor holds numbers of floating point, of any size.
[[nodiscard]] bool is_of_floats(const onnx::TensorProto& tensor);

// Both throw BadData that begins with `who` and names the tensor: another type, data elsewhere than in the file,
// more or fewer numbers than the shape says.
/// Of float16, bfloat16, float32 or float64, rounded to float32.
[[nodiscard]] OnnxTensor read_floats(const std::string& who, const onnx::TensorProto& tensor);
/// Of whole numbers of up to 64 bits, or bool.
[[nodiscard]] std::vector<Index> read_integers(const std::string& who, const onnx::TensorProto& tensor);

}  // namespace ohmcarlo
