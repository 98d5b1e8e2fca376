// Functions of every value.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace activations_test {

using ::testing::HasSubstr;

TEST(Onnx, AClipHasItsLimitsAsInputsOrAttributes) {
  for (const bool attributes : {true, false}) {
    OnnxFile file({2});
    file.tensor("w", {2, 2}, {1, 0, 0, 1});
    file.tensor("low", {}, {-1});
    file.tensor("high", {1}, {6});
    file.node("MatMul", {"x", "w"}, "p");
    if (attributes) {
      onnx::NodeProto& node = file.node("Clip", {"p"}, "y");
      set(node, "min", -1.0F);
      set(node, "max", 6.0F);
    } else {
      file.node("Clip", {"p", "low", "high"}, "y");
    }
    EXPECT_EQ(outputs(read(file), {-9, 9}), (Vector<float>(2) << -1, 6).finished());
  }
}

TEST(Onnx, AFunctionWithoutNumbersHasThoseOfTheStandard) {
  OnnxFile file({2});
  file.tensor("w", {2, 2}, {1, 0, 0, 1});
  file.node("MatMul", {"x", "w"}, "p");
  file.node("LeakyRelu", {"p"}, "y");
  EXPECT_FLOAT_EQ(outputs(read(file), {-5, 1})(0), -0.05F);
  EXPECT_EQ(read(file).spec.layers[1].name, "leaky1");
}

TEST(Onnx, FunctionsOfManyNumbersAreRefused) {
  const auto with = [](const char* op, std::initializer_list<const char*> inputs) {
    return refused_on_planes(
        op,
        [](OnnxFile& f, onnx::NodeProto&) {
          f.tensor("two", {2}, {1, 0});
        },
        inputs);
  };
  EXPECT_THAT(with("PRelu", {"c", "two"}), HasSubstr("its input 2 is of the shape [2] (allowed: one number)"));
  EXPECT_THAT(with("Max", {"two", "c"}), HasSubstr("it takes others than activations and one number"));
  EXPECT_THAT(refused_on_planes("Clip",
                                [](OnnxFile& f, onnx::NodeProto&) {
                                  f.tensor("one", {}, {1});
                                  f.tensor("none", {}, {0});
                                },
                                {"c", "one", "none"}),
              HasSubstr("its lowest value is 1, its highest 0"));
  EXPECT_THAT(refused_on_planes("Gelu", [](OnnxFile&, onnx::NodeProto& n) { set(n, "approximate", "cubic"); }),
              HasSubstr("approximate is 'cubic' (allowed: none, tanh)"));
  EXPECT_THAT(refused_on_planes("Swish", [](OnnxFile&, onnx::NodeProto& n) { set(n, "alpha", 2.0F); }),
              HasSubstr("alpha is other than 1"));
}

}  // namespace activations_test
}  // namespace ohmcarlo::test
