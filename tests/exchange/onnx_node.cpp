#include "exchange/onnx_node.hpp"

#include <limits>

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {
namespace onnx_node_test {

using ::testing::HasSubstr;

TEST(Onnx, RawDataAndDoublesAreTheSameNumbers) {
  OnnxFile file = perceptron();
  onnx::TensorProto& w = *file.graph().mutable_initializer(0);
  std::vector<double> wide(w.float_data().begin(), w.float_data().end());
  w.clear_float_data();
  w.set_data_type(onnx::TensorProto::DOUBLE);
  w.set_raw_data(wide.data(), wide.size() * sizeof(double));
  EXPECT_EQ(read(file).state.parameters[0].weights, read(perceptron()).state.parameters[0].weights);
}

TEST(Onnx, WeightsThatAreNoWeightsAreRefusedByName) {
  const auto of_w = [](const std::function<void(onnx::TensorProto&)>& change) {
    return refused_after([&](OnnxFile& file) { change(*file.graph().mutable_initializer(0)); });
  };
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinite = std::numeric_limits<float>::infinity();
  EXPECT_THAT(of_w([](auto& w) { w.set_float_data(5, kNaN); }), HasSubstr("tensor 'w': element 5 is nan"));
  EXPECT_THAT(of_w([](auto& w) { w.set_float_data(0, kInfinite); }), HasSubstr("tensor 'w': element 0 is inf"));
  EXPECT_THAT(of_w([](auto& w) { w.mutable_float_data()->RemoveLast(); }),
              HasSubstr("11 numbers where its shape needs 12"));
  EXPECT_THAT(of_w([](auto& w) { w.set_raw_data("abc"); }), HasSubstr("3 bytes where its shape needs 48"));
  EXPECT_THAT(of_w([](auto& w) { w.set_data_type(onnx::TensorProto::COMPLEX64); }), HasSubstr("its type is COMPLEX64"));
  EXPECT_THAT(of_w([](auto& w) { w.set_data_location(onnx::TensorProto::EXTERNAL); }), HasSubstr("in another file"));
  EXPECT_THAT(of_w([](auto& w) { w.set_dims(0, -3); }), HasSubstr("dimension of size -3"));
  EXPECT_THAT(of_w([](auto& w) { w.set_dims(0, 1LL << 62); }), HasSubstr("dimension of size"));
  EXPECT_THAT(of_w([](auto& w) { w.set_dims(1, 1LL << 31); }), HasSubstr("more than"));
  EXPECT_THAT(of_w([](auto& w) { w.set_name("b"); }), HasSubstr("two tensors are called 'b'"));
}

TEST(Onnx, AttributesThatChangeTheOperatorAreRefused) {
  const auto of_gemm = [](const char* name, auto value) {
    return refused_after([&](OnnxFile& f) { set(*f.graph().mutable_node(0), name, value); });
  };
  EXPECT_THAT(of_gemm("transA", std::int64_t{1}), HasSubstr("activations are transposed"));
  EXPECT_THAT(of_gemm("strange", std::int64_t{1}), HasSubstr("its attribute 'strange' is not supported"));
  EXPECT_THAT(of_gemm("alpha", "text"), HasSubstr("'alpha' is of the wrong type"));
  EXPECT_THAT(of_gemm("alpha", std::numeric_limits<float>::quiet_NaN()), HasSubstr("'alpha' is nan"));
}

}  // namespace onnx_node_test
}  // namespace ohmcarlo::test
