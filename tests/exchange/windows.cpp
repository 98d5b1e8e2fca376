// Conv, MaxPool and AveragePool.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace windows_test {

using ::testing::HasSubstr;

// 5 x 3 pixels under a window of 3 x 2, in steps of 2 x 1, with a row of padding above and below.
TEST(Onnx, AConvolutionMayDifferDownAndAcross) {
  OnnxFile file({1, 5, 3});
  std::vector<float> kernel;
  for (int i = 0; i < 6; ++i) kernel.push_back(static_cast<float>(i + 1));
  file.tensor("w", {1, 1, 3, 2}, kernel);
  onnx::NodeProto& conv = file.node("Conv", {"x", "w"}, "c");
  set(conv, "strides", Sizes{2, 1});
  set(conv, "pads", Sizes{1, 0, 1, 0});
  file.node("Flatten", {"c"}, "y");
  std::vector<float> x;
  for (int i = 0; i < 15; ++i) x.push_back(static_cast<float>(i * i % 7));
  const Vector<float> y = outputs(read(file), x);
  ASSERT_EQ(y.size(), 3 * 2);
  for (int down = 0; down < 3; ++down)
    for (int across = 0; across < 2; ++across) {
      float sum = 0;
      for (int a = 0; a < 3; ++a)
        for (int b = 0; b < 2; ++b) {
          const int row = 2 * down + a - 1, column = across + b;
          if (row >= 0 && row < 5)
            sum += kernel[static_cast<std::size_t>(2 * a + b)] * x[static_cast<std::size_t>(3 * row + column)];
        }
      EXPECT_EQ(y(2 * down + across), sum) << down << " " << across;
    }
}

TEST(Onnx, APoolingMayDifferDownAndAcross) {
  OnnxFile file({1, 4, 3});
  set(file.node("MaxPool", {"x"}, "p"), "kernel_shape", Sizes{2, 3});
  set(*file.graph().mutable_node(0), "strides", Sizes{2, 1});
  file.node("Flatten", {"p"}, "f");
  file.tensor("w", {2, 2}, {1, 0, 0, 1});
  file.node("MatMul", {"f", "w"}, "y");
  const Vector<float> y = outputs(read(file), {1, 5, 2, 3, 0, 4, 9, 7, 8, 6, 0, 1});
  EXPECT_EQ(y, (Vector<float>(2) << 5, 9).finished());
}

// One channel of 2 x 2 pixels under a window of 2 x 2, with a row more above and a column more behind: 2 x 2 places.
TEST(Onnx, PaddingMayDifferBeforeAndBehind) {
  const auto of = [](const char* op) {
    OnnxFile file({1, 2, 2});
    onnx::NodeProto& pool = file.node(op, {"x"}, "p");
    set(pool, "kernel_shape", Sizes{2, 2});
    set(pool, "pads", Sizes{1, 0, 0, 1});
    if (std::string(op) == "AveragePool") set(pool, "count_include_pad", std::int64_t{1});
    file.node("Flatten", {"p"}, "f");
    file.tensor("w", {4, 4}, {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
    file.node("MatMul", {"f", "w"}, "y");
    return outputs(read(file), {-4, -8, -12, -16});
  };
  EXPECT_EQ(of("MaxPool"), (Vector<float>(4) << -4, -8, -4, -8).finished());
  EXPECT_EQ(of("AveragePool"), (Vector<float>(4) << -3, -2, -10, -6).finished());
}

TEST(Onnx, PaddingOfOtherAxesThanHeightAndWidthIsRefused) {
  const auto of_pads = [](const Sizes& pads, const char* mode = "constant") {
    return refused_on_planes("Pad",
                             [&](OnnxFile& f, onnx::NodeProto& node) {
                               f.integers("q", pads);
                               set(node, "mode", mode);
                             },
                             {"c", "q"});
  };
  EXPECT_THAT(of_pads({0, 1, 0, 0, 0, 0, 0, 0}),
              HasSubstr("it adds [0, 1, 0, 0, 0, 0, 0, 0] cells to [images, 2, 6, 6]"));
  EXPECT_THAT(of_pads({0, 0, 1, 1, 0, 0}), HasSubstr("pads is [0, 0, 1, 1, 0, 0] (allowed: 8 numbers"));
  EXPECT_THAT(of_pads({0, 0, 1, 1, 0, 0, 1, 1}, "reflect"), HasSubstr("mode is 'reflect' (allowed: constant)"));
}

// Found by reading: the first of no numbers was taken, which ended in no refusal.
TEST(Onnx, PaddingWithNoNumberOrSeveralIsRefused) {
  for (const std::int64_t count : {0, 2})
    EXPECT_THAT(refused_on_planes("Pad",
                                  [&](OnnxFile& f, onnx::NodeProto&) {
                                    f.integers("q", {0, 0, 1, 1, 0, 0, 1, 1});
                                    f.tensor("fill", {count});
                                  },
                                  {"c", "q", "fill"}),
                HasSubstr("its input 3 holds " + std::to_string(count) + " numbers (allowed: one)"));
}

TEST(Onnx, WindowsThatOurLayersDoNotHaveAreRefused) {
  const auto of_pool = [](const char* op, std::initializer_list<std::pair<const char*, Sizes>> attributes) {
    return refused_on_planes(op, [&](OnnxFile&, onnx::NodeProto& node) {
      for (const auto& [name, values] : attributes)
        if (values.size() == 1)
          set(node, name, values[0]);
        else
          set(node, name, values);
    });
  };
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {2, 3, 1}}}), HasSubstr("the size of the window is [2, 3, 1]"));
  EXPECT_THAT(of_pool("MaxPool", {}), HasSubstr("the size of the window is []"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {2, 2}}, {"strides", {1, 2, 1}}}),
              HasSubstr("strides is [1, 2, 1]"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {3, 3}}, {"pads", {0, 0, 1, -1}}}),
              HasSubstr("pads is [0, 0, 1, -1]"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {2, 2}}, {"dilations", {2, 2}}}), HasSubstr("dilations"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {4, 4}}, {"strides", {4, 4}}, {"ceil_mode", {1}}}),
              HasSubstr("ceil_mode"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {2, 2}}, {"pads", {2, 2, 2, 2}}}), HasSubstr("at most half"));
  EXPECT_THAT(of_pool("MaxPool", {{"kernel_shape", {9, 9}}}), HasSubstr("does not fit"));
  EXPECT_THAT(of_pool("AveragePool", {{"kernel_shape", {3, 3}}, {"pads", {1, 0, 1, 1}}}),
              HasSubstr("its padding does not count in the mean, and is not as much before as behind"));
}

TEST(Onnx, ConvolutionsThatDoNotFitAreRefused) {
  const auto of_kernel = [](const Sizes& shape, std::int64_t groups = 1) {
    return refused_on_planes("Conv",
                             [&](OnnxFile& file, onnx::NodeProto& node) {
                               file.tensor("k", shape);
                               set(node, "group", groups);
                             },
                             {"c", "k"});
  };
  EXPECT_THAT(of_kernel({2, 3, 1, 1}), HasSubstr("its weights are for 3 channels"));
  EXPECT_THAT(of_kernel({2, 2, 3}), HasSubstr("its input 2 is of the shape [2, 2, 3]"));
  EXPECT_THAT(of_kernel({2, 2, 1, 7}), HasSubstr("a window of size 1x7 does not fit"));
  EXPECT_THAT(of_kernel({2, 2, 7, 7}), HasSubstr("does not fit"));
  EXPECT_THAT(of_kernel({2, 2, 1, 1}, 0), HasSubstr("0 groups"));
  EXPECT_THAT(of_kernel({2, 2, 1, 1}, 2), HasSubstr("its weights are for 2 channels"));
}

}  // namespace windows_test
}  // namespace ohmcarlo::test
