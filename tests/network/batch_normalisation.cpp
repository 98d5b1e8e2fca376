// The batch normalisation operation; its arithmetic is tested in normalisation.cpp.

#include "base/error.hpp"
#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace batch_normalisation_test {

TEST(NormalisationSpec, CountsGammaAndBeta) {
  EXPECT_EQ(batch_normalisation("bn1", {64, 8, 8}).parameters(), 128);
  EXPECT_EQ(batch_normalisation("bn1", {64, 8, 8}).macs(), 0);
  EXPECT_FALSE(batch_normalisation("bn1", {64, 8, 8}).has_weights());
  EXPECT_THROW((void)batch_normalisation("bn1", {0, 8, 8}), Error);
}

TEST(BatchNormalisationOperation, UsesWhatItsPassSays) {
  const Node node = batch_normalisation("bn1", {2, 1, 2});
  EXPECT_EQ(node.operation->normalised_channels(), 2);
  NormalisationParameters<double> parameters{Vector<double>::Constant(2, 3), Vector<double>::Constant(2, 5)};
  RunningStatistics<double> running{Vector<double>::Constant(2, 1), Vector<double>::Constant(2, 4 - 1e-5)};
  running.mean(1) = -1;
  const NormalisationUse<double> use{&parameters, &running};
  Matrix<double> x(1, 4), y(1, 4), grad_x(1, 4);
  x << 1, 3, 1, 3;
  const View<const double> in = x;
  const View<double> to = grad_x;
  const NodePass<double> pass{.inputs = {&in, 1}, .name = "bn1", .normalisation = &use};
  const std::unique_ptr<Kernel<double>> kernel = make_kernel<double>(*node.operation);
  kernel->forward(pass, y);
  const Matrix<double> expected = (Matrix<double>(1, 4) << 5, 8, 8, 11).finished();  // 3 (x - mean) / 2 + 5
  EXPECT_LT((y - expected).cwiseAbs().maxCoeff(), 1e-14);
  NormalisationParameters<double> gradient{Vector<double>::Zero(2), Vector<double>::Zero(2)};
  kernel->backward(pass, y, Matrix<double>(Matrix<double>::Ones(1, 4)), {&to, 1}, {nullptr, &gradient});
  EXPECT_LT((grad_x - Matrix<double>::Constant(1, 4, 1.5)).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_EQ(gradient.beta, Vector<double>::Constant(2, 2));
}

}  // namespace batch_normalisation_test
}  // namespace ohmcarlo
