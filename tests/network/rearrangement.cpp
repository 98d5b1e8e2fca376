// The rearrangement operation.

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace rearrangement_test {

TEST(Rearrangement, TakesValuesFromElsewhereOrFillsUp) {
  gradients::LayerTrial trial(rearrangement("move1", {1, 1, 3}, {1, 2, 2}, {2, -1, 0, 2}, -7), 1);
  trial.x << 1, 2, 3;
  EXPECT_EQ(trial.forward(), (Matrix<double>(1, 4) << 3, -7, 1, 3).finished());
  trial.expect_gradients();
}

TEST(Rearrangement, ChipsSideBySideStayApart) {
  const Node node = rearrangement("move1", {1, 1, 2}, {1, 1, 2}, {1, 0});
  const Matrix<double> x = (Matrix<double>(1, 4) << 1, 2, 3, 4).finished();
  Matrix<double> y(1, 4);
  const View<const double> in = x;
  make_kernel<double>(*node.operation)->forward({.inputs = {&in, 1}}, y);
  EXPECT_EQ(y, (Matrix<double>(1, 4) << 2, 1, 4, 3).finished());
}

TEST(Rearrangement, ASourceThatIsNoneIsAnErrorOfTheProgram) {
  EXPECT_THROW((void)rearrangement("move1", {1, 1, 2}, {1, 1, 1}, {2}), std::logic_error);
  EXPECT_THROW((void)rearrangement("move1", {1, 1, 2}, {1, 1, 2}, {0}), std::logic_error);
}

}  // namespace rearrangement_test
}  // namespace ohmcarlo
