// The concatenation operation.

#include <array>

#include "base/error.hpp"
#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace concatenation_test {

TEST(Concatenation, PutsChannelsBehindEachOtherAndGoesBackToAll) {
  const Node node = concatenation("join1", {{1, 1, 2}, {2, 1, 2}}, {3, 1});
  EXPECT_EQ(node.inputs, (std::vector<std::size_t>{3, 1}));
  EXPECT_EQ(node.out().planes, (Planes{3, 1, 2}));
  const Matrix<double> a = (Matrix<double>(1, 2) << 1, 2).finished();
  const Matrix<double> b = (Matrix<double>(1, 4) << 3, 4, 5, 6).finished();
  Matrix<double> y(1, 6), grad_a(1, 2), grad_b(1, 4);
  const std::array<View<const double>, 2> inputs = {View<const double>(a), View<const double>(b)};
  const std::unique_ptr<Kernel<double>> kernel = make_kernel<double>(*node.operation);
  kernel->forward({.inputs = inputs}, y);
  EXPECT_EQ(y, (Matrix<double>(1, 6) << 1, 2, 3, 4, 5, 6).finished());
  const std::array<View<double>, 2> both = {View<double>(grad_a), View<double>(grad_b)};
  kernel->backward({.inputs = inputs}, y, y, both, {});
  EXPECT_EQ(grad_a, a);
  EXPECT_EQ(grad_b, b);
}

TEST(Concatenation, OfPlanesOfTwoSizesIsRefused) {
  EXPECT_THROW((void)concatenation("join1", {{1, 1, 2}, {1, 2, 1}}, {0, 1}), BadUsage);
}

}  // namespace concatenation_test
}  // namespace ohmcarlo
