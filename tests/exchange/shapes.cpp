// Flatten, Reshape and Pad.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace {

using ::testing::HasSubstr;

TEST(Onnx, OtherShapesAndModesAreRefused) {
  const auto of_reshape = [](const Sizes& shape) {
    return refused_on_planes("Reshape", [&](OnnxFile& file, onnx::NodeProto&) { file.integers("s", shape); },
                             {"c", "s"});
  };
  EXPECT_THAT(of_reshape({5, -1}), HasSubstr("fixes the number of images to 5"));
  EXPECT_THAT(of_reshape({-1, 71}), HasSubstr("it gives [-1, 71]"));
  EXPECT_THAT(of_reshape({-1, -1}), HasSubstr("it gives [-1, -1]"));
  EXPECT_THAT(of_reshape({0, 7, -1, 1}), HasSubstr("it gives"));
  EXPECT_THAT(of_reshape({-1, 2, 36}), HasSubstr("it gives"));
  EXPECT_THAT(of_reshape({-1, 100000000, 100000000, 100000000}), HasSubstr("it gives"));
  EXPECT_THAT(refused_on_planes("Pad",
                                [](OnnxFile& f, onnx::NodeProto&) {
                                  f.integers("q", {0, 0, 1, 1, 0, 0, 1, 1});
                                },
                                {"c", "q"}),
              HasSubstr("it adds [0, 0, 1, 1, 0, 0, 1, 1] cells"));
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

}  // namespace
}  // namespace ohmcarlo::test
