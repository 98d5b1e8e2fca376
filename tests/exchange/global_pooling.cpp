// GlobalAveragePool, GlobalMaxPool and means over height and width.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace global_pooling_test {

using ::testing::HasSubstr;

Vector<float> pooled(const char* op, const Sizes& axes, bool last) {
  OnnxFile file({2, 1, 2});
  file.tensor("w", {2, 2, 1, 1}, {1, 0, 0, 1});
  file.node("Conv", {"x", "w"}, "c");
  if (last) set(file.node("Transpose", {"c"}, "t"), "perm", Sizes{0, 2, 3, 1});
  onnx::NodeProto& node = file.node(op, {last ? "t" : "c"}, "p");
  if (!axes.empty()) set(node, "axes", axes);
  file.node("Flatten", {"p"}, "y");
  return outputs(read(file), {1, 5, 20, 30});
}

TEST(Onnx, PlanesBecomeTheirMeansWhereverTheChannelsAre) {
  const Vector<float> means = (Vector<float>(2) << 3, 25).finished();
  EXPECT_EQ(pooled("GlobalAveragePool", {}, false), means);
  EXPECT_EQ(pooled("ReduceMean", {2, 3}, false), means);
  EXPECT_EQ(pooled("ReduceMean", {1, 2}, true), means);
  EXPECT_EQ(pooled("GlobalMaxPool", {}, false), (Vector<float>(2) << 5, 30).finished());
}

TEST(Onnx, OtherMeansAreRefused) {
  const auto over = [](const Sizes& axes) {
    return refused_on_planes("ReduceMean", [&](OnnxFile&, onnx::NodeProto& node) { set(node, "axes", axes); });
  };
  EXPECT_THAT(over({1}), HasSubstr("it takes other means of [images, 2, 6, 6]"));
  EXPECT_THAT(over({0, 2, 3}), HasSubstr("it takes other means"));
  EXPECT_THAT(over({4}), HasSubstr("axis is 4, of 4"));
}

}  // namespace global_pooling_test
}  // namespace ohmcarlo::test
