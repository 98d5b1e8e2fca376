#include "exchange/onnx_folding.hpp"

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace onnx_folding_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

OnnxConstant folded(const char* op, std::vector<OnnxConstant> inputs,
                    const std::function<void(onnx::NodeProto&)>& change = {}) {
  onnx::NodeProto proto;
  proto.set_op_type(op);
  proto.set_name("n");
  if (change) change(proto);
  OnnxNode node("net.onnx", proto);
  return fold(node, {inputs.begin(), inputs.end()});
}

OnnxConstant numbers(Sizes shape, std::vector<double> values) {
  return {std::move(shape), std::move(values), false};
}

std::string refused_folding(const char* op, const std::vector<OnnxConstant>& inputs) {
  return error_of([&] { (void)folded(op, inputs); }, typeid(BadData));
}

TEST(OnnxFolding, ArithmeticRepeatsAxesOfSizeOne) {
  const OnnxConstant sum = folded("Add", {numbers({2, 1}, {10, 20}), numbers({3}, {1, 2, 3})});
  EXPECT_EQ(sum.shape, (Sizes{2, 3}));
  EXPECT_THAT(sum.values, ElementsAre(11, 12, 13, 21, 22, 23));
  EXPECT_THAT(folded("Div", {OnnxConstant::of_integers({7}), OnnxConstant::of_integers({2})}).values, ElementsAre(3));
  EXPECT_THAT(folded("Sqrt", {numbers({2}, {4, 9})}).values, ElementsAre(2, 3));
}

TEST(OnnxFolding, MovesAndPicks) {
  const OnnxConstant x = numbers({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(folded("Transpose", {x}).values, ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(
      folded("Gather", {x, OnnxConstant::of_integers({-1})}, [](auto& node) { set(node, "axis", std::int64_t{1}); })
          .values,
      ElementsAre(3, 6));
  EXPECT_THAT(folded("Concat", {x, x}, [](auto& node) { set(node, "axis", std::int64_t{1}); }).values,
              ElementsAre(1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6));
  const auto integers = [](std::vector<Index> values) { return OnnxConstant::of_integers(values); };
  EXPECT_THAT(folded("Slice", {x, integers({0, -2}), integers({1, 99})}).values, ElementsAre(2, 3));
  EXPECT_EQ(folded("Reshape", {x, integers({0, -1, 1})}).shape, (Sizes{2, 3, 1}));
  EXPECT_EQ(folded("Unsqueeze", {x, integers({0, -1})}).shape, (Sizes{1, 2, 3, 1}));
  EXPECT_THAT(folded("Shape", {x}).values, ElementsAre(2, 3));
}

TEST(OnnxFolding, SizesThatAreLeftOpenAreMovedButNotComputedWith) {
  const OnnxConstant shape = OnnxConstant::of_integers({kOpenFirst, 3, 4});
  EXPECT_THAT(folded("Gather", {shape, OnnxConstant::of_integers({0})}).values, ElementsAre(double{kOpenFirst}));
  EXPECT_THAT(refused_folding("Mul", {shape, OnnxConstant::of_integers({2})}),
              HasSubstr("it computes with a number of images or sequences that is left open"));
  EXPECT_THAT(refused_folding("ConstantOfShape", {shape}), HasSubstr("(ConstantOfShape): it gives ["));
}

// With the axis of 1 that of 0 went, too, and the node behind complained of a number that was not there.
TEST(OnnxFolding, AxesOfSizeZeroStay) {
  const OnnxConstant nothing = numbers({1, 0}, {});
  const auto first = OnnxConstant::of_integers({0});
  EXPECT_EQ(folded("Squeeze", {nothing, first}).shape, (Sizes{0}));
  EXPECT_EQ(folded("Squeeze", {nothing}).shape, (Sizes{0}));
  EXPECT_THAT(refused_folding("Squeeze", {nothing, OnnxConstant::of_integers({0, 0})}),
              HasSubstr("it takes away axis"));
  EXPECT_THAT(refused_folding("Squeeze", {nothing, OnnxConstant::of_integers({1})}), HasSubstr("it takes away axis 1"));
}

// Found by reading: a list of all its places took 17 GB.
TEST(OnnxFolding, ASliceOfNothingIsAsQuickAsItIsEmpty) {
  const OnnxConstant nothing = numbers({Index{1} << 31, 0}, {});
  const auto integers = [](Index value) { return OnnxConstant::of_integers({value}); };
  const OnnxConstant slice = folded("Slice", {nothing, integers(5), integers(-1), integers(0)});
  EXPECT_EQ(slice.shape, (Sizes{(Index{1} << 31) - 6, 0}));
  EXPECT_TRUE(slice.values.empty());
  EXPECT_EQ(folded("Slice", {nothing, integers(5), integers(2), integers(0)}).shape, (Sizes{0, 0}));
}

// Each of these nodes made 34 MB out of one number, and a file may have any number of them.
TEST(OnnxFolding, AFileMayNotComputeFarMoreThanItHolds) {
  OnnxFile file({4});
  file.tensor("one", {1});
  file.integers("many", {1 << 22});
  for (int i = 0; i < 5; ++i) file.node("Expand", {"one", "many"}, "e" + std::to_string(i));
  auto& sum = *file.graph().add_node();
  sum.set_op_type("Concat");
  set(sum, "axis", std::int64_t{0});
  for (int i = 0; i < 5; ++i) sum.add_input("e" + std::to_string(i));
  sum.add_output("y");
  EXPECT_THAT(refused(file), HasSubstr("net.onnx: with 'e4' its nodes compute more than 167"));
}

TEST(OnnxFolding, WhatDoesNotFitIsRefused) {
  const OnnxConstant x = numbers({2}, {1, 0});
  EXPECT_THAT(refused_folding("Add", {x, numbers({3}, {1, 2, 3})}), HasSubstr("[2] and [3] do not fit each other"));
  EXPECT_THAT(refused_folding("Div", {x, x}), HasSubstr("is not finite"));
  EXPECT_THAT(refused_folding("Add", {x}), HasSubstr("it lacks its input 2"));
  EXPECT_THAT(refused_folding("Sin", {x}), HasSubstr("the operator Sin is not supported"));
  EXPECT_THAT(refused_folding("Gather", {x, OnnxConstant::of_integers({2})}), HasSubstr("it takes element 2 of 2"));
  EXPECT_THAT(refused_folding("Reshape", {x, OnnxConstant::of_integers({3, -1})}),
              HasSubstr("it gives [3, -1] of [2]"));
  EXPECT_THAT(refused_folding("ConstantOfShape", {OnnxConstant::of_integers({1 << 20, 1 << 20})}),
              HasSubstr("numbers"));
}

TEST(OnnxFolding, NoChangedByteBringsItDown) {
  OnnxFile file({1, 2, 2});
  file.tensor("w", {3, 1, 1, 1});
  file.integers("first", {0});
  file.integers("rest", {-1});
  file.tensor("v", {2, 12});
  set(file.node("Transpose", {"x"}, "t"), "perm", Sizes{0, 2, 3, 1});
  set(file.node("Transpose", {"t"}, "u"), "perm", Sizes{0, 3, 1, 2});
  file.node("Conv", {"u", "w"}, "c");
  file.node("Shape", {"c"}, "s");
  file.node("Gather", {"s", "first"}, "i");
  set(file.node("Concat", {"i", "rest"}, "q"), "axis", std::int64_t{0});
  file.node("Reshape", {"c", "q"}, "f");
  set(file.node("Transpose", {"v"}, "z"), "perm", Sizes{1, 0});
  file.node("MatMul", {"f", "z"}, "y");
  EXPECT_EQ(read(file).spec.classes, 2);
  expect_no_changed_byte_brings_it_down(file);
}

}  // namespace onnx_folding_test
}  // namespace ohmcarlo::test
