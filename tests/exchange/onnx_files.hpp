#pragma once
// Small ONNX files.

#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include "exchange/onnx.hpp"
#include "scratch.hpp"

namespace ohmcarlo::test {

using Sizes = std::vector<std::int64_t>;

/// A model under construction, of operator set 13, with an input "x" and an output "y".
class OnnxFile {
 public:
  /// `x`: the sizes of the input, the first of them open; -1: open, too.
  explicit OnnxFile(const Sizes& x) {
    model.set_ir_version(7);
    model.add_opset_import()->set_version(13);
    onnx::ValueInfoProto* input = graph().add_input();
    input->set_name("x");
    onnx::TypeProto::Tensor* type = input->mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    type->mutable_shape()->add_dim()->set_dim_param("images");
    for (const std::int64_t size : x) {
      onnx::TensorShapeProto::Dimension* dimension = type->mutable_shape()->add_dim();
      if (size >= 0) dimension->set_dim_value(size);
    }
    graph().add_output()->set_name("y");
  }

  onnx::GraphProto& graph() { return *model.mutable_graph(); }

  onnx::TensorProto& tensor(const std::string& name, const Sizes& shape, std::vector<float> values) {
    onnx::TensorProto& added = *graph().add_initializer();
    added.set_name(name);
    added.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : shape) added.add_dims(size);
    for (const float value : values) added.add_float_data(value);
    return added;
  }
  /// With numbers 0.1, 0.2 ...
  onnx::TensorProto& tensor(const std::string& name, const Sizes& shape) {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    std::vector<float> values;
    for (std::int64_t i = 1; i <= count; ++i) values.push_back(0.1F * static_cast<float>(i));
    return tensor(name, shape, values);
  }
  void integers(const std::string& name, const Sizes& values) {
    onnx::TensorProto& added = *graph().add_initializer();
    added.set_name(name);
    added.set_data_type(onnx::TensorProto::INT64);
    added.add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values) added.add_int64_data(value);
  }

  /// The node, called "n" and its number, that gives `output`.
  onnx::NodeProto& node(const std::string& op, std::initializer_list<const char*> inputs, const std::string& output) {
    onnx::NodeProto& added = *graph().add_node();
    added.set_name("n" + std::to_string(graph().node_size()));
    added.set_op_type(op);
    for (const char* input : inputs) added.add_input(input);
    added.add_output(output);
    return added;
  }

  [[nodiscard]] fs::path write(const Scratch& folder) const {
    write_text(folder / "net.onnx", model.SerializeAsString());
    return folder / "net.onnx";
  }

  onnx::ModelProto model;
};

inline void set(onnx::NodeProto& node, const char* name, std::int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}
inline void set(onnx::NodeProto& node, const char* name, float value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}
inline void set(onnx::NodeProto& node, const char* name, const Sizes& values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}
inline void set(onnx::NodeProto& node, const char* name, const char* text) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::STRING);
  attribute.set_s(text);
}

/// The file with any byte changed is read, or refused as data.
inline void expect_no_changed_byte_brings_it_down(const OnnxFile& file) {
  const Scratch folder;
  const std::string whole = file.model.SerializeAsString();
  std::size_t refused = 0;
  for (std::size_t place = 0; place < whole.size(); ++place)
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string changed = whole;
      changed[place] = static_cast<char>(changed[place] ^ flip);
      write_text(folder / "changed.onnx", changed);
      try {
        (void)read_onnx(folder / "changed.onnx");
      } catch (const Error& error) {
        EXPECT_TRUE(typeid(error) == typeid(BadData));
        ++refused;
      }
    }
  EXPECT_GT(refused, whole.size());
}

/// x [images, 4] -> Gemm "w" [3, 4], "b" [3] -> Relu -> MatMul "v" [3, 2] -> y.
inline OnnxFile perceptron() {
  OnnxFile file({4});
  file.tensor("w", {3, 4});
  file.tensor("b", {3});
  file.tensor("v", {3, 2});
  set(file.node("Gemm", {"x", "w", "b"}, "h"), "transB", std::int64_t{1});
  file.node("Relu", {"h"}, "r");
  file.node("MatMul", {"r", "v"}, "y");
  return file;
}

}  // namespace ohmcarlo::test
