// The last_frame operation.

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace last_frame_test {

TEST(LastFrame, GivesOneRowASequenceAndGoesBackToItAlone) {
  const Node node = last_frame("last1", {3, 1, 1});
  EXPECT_TRUE(node.operation->takes_sequences());
  EXPECT_TRUE(node.operation->gives_one_row_a_sequence());
  const Sequences sequences({2, 4, 1}, 4);
  Matrix<double> x(12, 3), y(3, 3), factors(3, 3), grad_x = Matrix<double>::Constant(12, 3, 99);
  gradients::fill(x, 1);
  gradients::fill(factors, 2);
  const View<const double> in = x;
  const View<double> to = grad_x;
  const NodePass<double> pass{.inputs = {&in, 1}, .sequences = &sequences};
  const std::unique_ptr<Kernel<double>> kernel = make_kernel<double>(*node.operation);
  ASSERT_EQ(kernel->rows(pass), 3);
  kernel->forward(pass, y);
  kernel->backward(pass, y, factors, {&to, 1}, {});
  const Index last[] = {1, 7, 8};  // frame 2 of the first, 4 of the second, 1 of the third
  for (Index s = 0; s < 3; ++s) {
    EXPECT_EQ(y.row(s), x.row(last[s]));
    EXPECT_EQ(grad_x.row(last[s]), factors.row(s));
    grad_x.row(last[s]).setZero();
  }
  EXPECT_TRUE(grad_x.isZero());
}

}  // namespace last_frame_test
}  // namespace ohmcarlo
