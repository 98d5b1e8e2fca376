// The multiplication operation.

#include <array>

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace multiplication_test {

TEST(Multiplication, MultipliesAndGoesBackToBoth) {
  const Node node = multiplication("times1", {1, 1, 2}, 4, 2);
  EXPECT_EQ(node.inputs, (std::vector<std::size_t>{4, 2}));
  const Matrix<double> a = (Matrix<double>(1, 2) << 2, -3).finished(), b = (Matrix<double>(1, 2) << 5, 7).finished();
  const Matrix<double> grad_y = (Matrix<double>(1, 2) << 1, 10).finished();
  Matrix<double> y(1, 2), grad_a(1, 2), grad_b(1, 2), none(0, 2);
  const std::array<View<const double>, 2> inputs = {View<const double>(a), View<const double>(b)};
  const std::unique_ptr<Kernel<double>> kernel = make_kernel<double>(*node.operation);
  kernel->forward({.inputs = inputs}, y);
  EXPECT_EQ(y, (Matrix<double>(1, 2) << 10, -21).finished());
  const std::array<View<double>, 2> both = {View<double>(grad_a), View<double>(grad_b)};
  kernel->backward({.inputs = inputs}, y, grad_y, both, {});
  EXPECT_EQ(grad_a, (Matrix<double>(1, 2) << 5, 70).finished());
  EXPECT_EQ(grad_b, (Matrix<double>(1, 2) << 2, -30).finished());
  const std::array<View<double>, 2> first = {View<double>(grad_a), View<double>(none)};
  kernel->backward({.inputs = inputs}, y, grad_y, first, {});
  EXPECT_EQ(grad_a(0, 0), 5);
}

}  // namespace multiplication_test
}  // namespace ohmcarlo
