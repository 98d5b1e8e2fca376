#include "exchange/onnx.hpp"

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace onnx_test {

using ::testing::HasSubstr;

TEST(Onnx, APerceptronIsReadWithItsWeights) {
  const ImportedNetwork read_in = read(perceptron());
  const NetworkSpec& spec = read_in.spec;
  ASSERT_EQ(spec.layers.size(), 3U);
  EXPECT_EQ(spec.layers[0].name, "dense1");
  EXPECT_EQ(spec.layers[1].name, "relu1");
  EXPECT_EQ(spec.layers[2].name, "dense2");
  EXPECT_EQ(spec.inputs, 4);
  EXPECT_EQ(spec.classes, 2);
  EXPECT_TRUE(spec.layers[0].biased());
  EXPECT_FALSE(spec.layers[2].biased());
  EXPECT_EQ(read_in.input.channels, 0);
  EXPECT_FLOAT_EQ(read_in.state.parameters[0].weights(2, 1), 1.0F);  // element 2 * 4 + 1 of 0.1, 0.2 ...
  EXPECT_FLOAT_EQ(read_in.state.parameters[1].weights(1, 2), 0.6F);  // transposed: element 2 * 2 + 1
  EXPECT_FLOAT_EQ(read_in.state.parameters[0].bias(1), 0.2F);
}

TEST(Onnx, VersionsOutsideTheRangeAreRefused) {
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.model.mutable_opset_import(0)->set_version(6); }), HasSubstr("set 6"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.model.mutable_opset_import(0)->set_version(99); }),
              HasSubstr("set 99"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.model.set_ir_version(1); }), HasSubstr("IR version 1"));
  EXPECT_THAT(refused_after([](OnnxFile& f) { f.model.mutable_opset_import(0)->set_domain("a.b"); }),
              HasSubstr("operators of ONNX itself"));
}

TEST(Onnx, AFileThatIsCutOrNoneIsRefused) {
  const Scratch folder;
  const auto refused_bytes = [&](const std::string& bytes) {
    write_text(folder / "cut.onnx", bytes);
    return error_of([&] { (void)read_onnx(folder / "cut.onnx"); }, typeid(BadData));
  };
  const std::string whole = perceptron().model.SerializeAsString();
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_THAT(refused_bytes(whole.substr(0, length)), HasSubstr("cut.onnx: ")) << length;
  EXPECT_THAT(refused_bytes("no network at all\n"), HasSubstr("not an ONNX file"));
  EXPECT_THAT(error_of([&] { (void)read_onnx(folder / "absent.onnx"); }, typeid(BadData)), HasSubstr("absent.onnx"));
  EXPECT_THAT(error_of([&] { (void)read_onnx(folder.path()); }, typeid(BadData)), HasSubstr("cannot be read"));
}

TEST(Onnx, NoChangedByteBringsItDown) {
  expect_no_changed_byte_brings_it_down(perceptron());
}

}  // namespace onnx_test
}  // namespace ohmcarlo::test
