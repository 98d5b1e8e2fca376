// The addition operation.

#include "network/addition.hpp"

#include <array>

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace addition_test {

TEST(Addition, AddsTheFirstTimesAFactorAndGoesBackToBoth) {
  const Node node = addition("add1", {2, 1, 3}, 4, 2, -0.25);
  EXPECT_EQ(node.inputs, (std::vector<std::size_t>{4, 2}));
  EXPECT_EQ(addition_factor(*node.operation), -0.25);
  EXPECT_FALSE(addition_factor(*dense("dense1", 2, 3).operation));
  Matrix<double> a(2, 6), b(2, 6), factors(2, 6), y(2, 6), grad_a(2, 6), grad_b(2, 6), none(0, 6);
  gradients::fill(a, 1);
  gradients::fill(b, 2);
  gradients::fill(factors, 3);
  const std::array<View<const double>, 2> inputs = {View<const double>(a), View<const double>(b)};
  const std::unique_ptr<Kernel<double>> kernel = make_kernel<double>(*node.operation);
  kernel->forward({.inputs = inputs}, y);
  for (Index i = 0; i < y.size(); ++i) EXPECT_DOUBLE_EQ(y.data()[i], b.data()[i] - a.data()[i] / 4);
  const std::array<View<double>, 2> both = {View<double>(grad_a), View<double>(grad_b)};
  kernel->backward({.inputs = inputs}, y, factors, both, {});
  EXPECT_TRUE(grad_a.isApprox(-0.25 * factors, 1e-15));
  EXPECT_EQ(grad_b, factors);
  const std::array<View<double>, 2> second = {View<double>(none), View<double>(grad_b)};
  grad_b.setZero();
  kernel->backward({.inputs = inputs}, y, factors, second, {});
  EXPECT_EQ(grad_b, factors);
}

}  // namespace addition_test
}  // namespace ohmcarlo
