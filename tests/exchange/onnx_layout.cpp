#include "exchange/onnx_layout.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace onnx_layout_test {

onnx::NodeProto node_of(const char* op, const char* input, const char* output) {
  onnx::NodeProto node;
  node.set_op_type(op);
  node.add_input(input);
  node.add_output(output);
  return node;
}

onnx::NodeProto turn_of(const std::vector<std::int64_t>& perm) {
  onnx::NodeProto node = node_of("Transpose", "b", "c");
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name("perm");
  for (const std::int64_t axis : perm) attribute.add_ints(axis);
  return node;
}

TEST(OnnxLayout, TheFirstNodeThatAsksSaysWhereChannelsAre) {
  const onnx::NodeProto scaling = node_of("Mul", "a", "b"), conv = node_of("Conv", "b", "c");
  const onnx::NodeProto front = turn_of({0, 3, 1, 2}), last = turn_of({0, 2, 3, 1});
  EXPECT_TRUE(has_channels_last({&scaling, &front}, "a", {5, 6, 20}));
  EXPECT_FALSE(has_channels_last({&scaling, &last}, "a", {28, 28, 1}));
  EXPECT_FALSE(has_channels_last({&scaling, &conv}, "a", {28, 28, 1}));
}

TEST(OnnxLayout, WhereNoneAsksFewChannelsAreLast) {
  EXPECT_TRUE(has_channels_last({}, "a", {28, 28, 1}));
  EXPECT_TRUE(has_channels_last({}, "a", {32, 32, 3}));
  EXPECT_FALSE(has_channels_last({}, "a", {3, 32, 32}));
  EXPECT_FALSE(has_channels_last({}, "a", {1, 4, 4}));
  EXPECT_FALSE(has_channels_last({}, "a", {8, 8, 8}));
}

TEST(OnnxLayout, RecurrentNodesAreKnown) {
  const onnx::NodeProto gru = node_of("GRU", "a", "b"), conv = node_of("Conv", "b", "c");
  EXPECT_TRUE(has_recurrent_node({&conv, &gru}));
  EXPECT_FALSE(has_recurrent_node({&conv}));
}

}  // namespace onnx_layout_test
}  // namespace ohmcarlo
