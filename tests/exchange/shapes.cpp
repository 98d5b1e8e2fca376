// Flatten, Reshape, Squeeze, Unsqueeze and Concat.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace shapes_test {

using ::testing::HasSubstr;

TEST(Onnx, AxesOfSizeOneComeAndGo) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 0, 0, 1});
  file.integers("behind", {-1, 1});
  file.integers("all", {1, 3});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Unsqueeze", {"a", "behind"}, "b");  // [images, 1, 2, 1]
  file.node("Squeeze", {"b", "all"}, "c");
  file.node("MatMul", {"c", "w"}, "y");
  EXPECT_EQ(outputs(read(file), {3, 4})(1), 4);
}

TEST(Onnx, AxesThatAreNotThereAreRefused) {
  const auto of = [](const char* op, const Sizes& axes) {
    return refused_on_planes(op, [&](OnnxFile& file, onnx::NodeProto&) { file.integers("s", axes); }, {"c", "s"});
  };
  EXPECT_THAT(of("Squeeze", {1}), HasSubstr("it takes away axis 0 of [2, 6, 6] (allowed: axes of size 1)"));
  EXPECT_THAT(of("Squeeze", {0}), HasSubstr("axis 0 is that of the images"));
  EXPECT_THAT(of("Unsqueeze", {7}), HasSubstr("axis is 7, of 5"));
  EXPECT_THAT(of("Unsqueeze", {2, 2}), HasSubstr("it adds axis 1 twice"));
}

TEST(Onnx, ChannelsOfBranchesArePutTogether) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 2, 3, 4});
  file.node("MatMul", {"x", "w"}, "a");
  file.node("Relu", {"a"}, "b");
  set(file.node("Concat", {"b", "a"}, "y"), "axis", std::int64_t{-1});
  EXPECT_EQ(outputs(read(file), {1, -1}), (Vector<float>(4) << 0, 0, -2, -2).finished());
  EXPECT_THAT(refused_on_planes("Concat", [](OnnxFile&, onnx::NodeProto& n) { set(n, "axis", std::int64_t{2}); }),
              HasSubstr("it puts axis 2 of [images, 2, 6, 6] together (allowed: 1, the channels)"));
}

TEST(Onnx, OtherShapesAndModesAreRefused) {
  const auto of_reshape = [](const Sizes& shape) {
    return refused_on_planes("Reshape", [&](OnnxFile& file, onnx::NodeProto&) { file.integers("s", shape); },
                             {"c", "s"});
  };
  EXPECT_THAT(of_reshape({5, -1}), HasSubstr("fixes the number of images to 5"));
  EXPECT_THAT(of_reshape({-1, 71}), HasSubstr("it gives [-1, 71]"));
  EXPECT_THAT(of_reshape({-1, -1}), HasSubstr("it gives [-1, -1]"));
  EXPECT_THAT(of_reshape({0, 7, -1, 1}), HasSubstr("it gives"));
  EXPECT_THAT(of_reshape({-1, 2, 35}), HasSubstr("it gives [-1, 2, 35] of [images, 2, 6, 6]"));
  EXPECT_THAT(of_reshape({-1, 100000000, 100000000, 100000000}), HasSubstr("it gives"));
  const auto nothing = [](OnnxFile&, onnx::NodeProto&) {};
  EXPECT_THAT(refused_on_planes("Softmax", nothing), HasSubstr("its input is of the shape [images, 2, 6, 6]"));
  EXPECT_THAT(refused_on_planes("Add", nothing, {"c", "w"}), HasSubstr("one number a channel"));
  EXPECT_THAT(refused_on_planes("Add", nothing, {"c", "x"}), HasSubstr("adds the input of the network"));
  EXPECT_THAT(refused_on_planes("Relu", nothing, {"x"}), HasSubstr("no layer with weights"));
  EXPECT_THAT(refused_on_planes("Flatten", [](OnnxFile&, onnx::NodeProto& n) { set(n, "axis", std::int64_t{2}); }),
              HasSubstr("axis is 2"));
  EXPECT_THAT(refused_on_planes("BatchNormalization",
                                [](OnnxFile& f, onnx::NodeProto&) {
                                  f.tensor("v", {2}, {1, -1});
                                },
                                {"c", "v", "v", "v", "v"}),
              HasSubstr("the variance of channel 1 is -1"));
  EXPECT_THAT(
      refused_on_planes("Dropout", [](OnnxFile& f, onnx::NodeProto&) { f.tensor("v", {1}, {1.5F}); }, {"c", "v"}),
      HasSubstr("a share of 1.5 to drop"));
}

}  // namespace shapes_test
}  // namespace ohmcarlo::test
