#include "deployment/calibrate.hpp"

#include <gtest/gtest.h>

#include "deployment/small_chip.hpp"
#include "deployment/standards.hpp"

namespace ohmcarlo {
namespace calibrate_test {

using small::Chip;
using small::kNoPoll;

LayerStandards standards_of(const Chip& chip, const CalibrateOptions& options) {
  return standard_inputs(options, chip.arrays, chip.seen, kNoPoll);
}

Matrix<float> products(const Chip& chip, std::size_t layer, const Matrix<float>& x) {
  std::vector<std::uint32_t> names(static_cast<std::size_t>(x.rows()));
  std::iota(names.begin(), names.end(), 0U);
  Matrix<float> y(x.rows(), chip.state.parameters[layer].weights.rows());
  chip.arrays.read(layer, x, {names, 1}, chip.arrays.chip(layer), y, kNoPoll);
  return y;
}

TEST(Calibrate, OneGroupAnInputRestoresTheCleanProducts) {
  for (const StandardKind kind : {StandardKind::ones, StandardKind::mean}) {
    Chip chip;
    const auto standards = standards_of(chip, {StandardForm::projection, kind, 1000000, 1});
    const Matrix<float> x = chip.batch(50).x;
    const Matrix<float> clean = x * chip.state.parameters[0].weights.transpose();
    EXPECT_GT((products(chip, 0, x) - clean).cwiseAbs().maxCoeff(), 0.1);
    calibrate(chip.arrays, standards, 1, 0, kNoPoll);
    EXPECT_LT((products(chip, 0, x) - clean).cwiseAbs().maxCoeff(), 2e-5);
    for (const double error : output_errors(chip.arrays, x, 0, kNoPoll)) EXPECT_LT(error, 1e-6);
    const Chip ideal(small::defective(0));
    EXPECT_EQ(small::evaluate_all(chip.arrays, kNoPoll).tally.correct,
              small::evaluate_all(ideal.arrays, kNoPoll).tally.correct);
  }
}

// V = s W + (x - s) W~ of the paper.
TEST(Calibrate, ConstantFormLeavesTheErrorOfTheRemainder) {
  Chip chip;
  const auto standards = standards_of(chip, {});
  const Matrix<float> x = chip.batch(20).x, s = standards[0]->rows();
  EXPECT_EQ(s.rows(), 1);
  EXPECT_LT((s - chip.batch(400).x.colwise().mean()).cwiseAbs().maxCoeff(), 1e-6);
  const Matrix<float> clean = chip.state.parameters[0].weights, realised = chip.arrays.layer(0).read_back();
  const Matrix<float> expected =
      ((x.rowwise() - s.row(0)) * realised.transpose()).rowwise() + (s * clean.transpose()).row(0);
  calibrate(chip.arrays, standards, 1, 0, kNoPoll);
  EXPECT_LT((products(chip, 0, x) - expected).cwiseAbs().maxCoeff(), 1e-5);
}

TEST(Calibrate, AveragesItsReads) {
  ArrayOptions noisy = small::defective();
  noisy.read_noise = {0.2F, 0, 0};
  const auto error = [&](int reads) {
    Chip chip(noisy), quiet;
    const auto standards = standards_of(chip, {StandardForm::constant, StandardKind::ones, 1, reads});
    calibrate(chip.arrays, standards, reads, 0, kNoPoll);
    calibrate(quiet.arrays, standards, 1, 0, kNoPoll);
    const Matrix<float> zero = Matrix<float>::Zero(1, 36);  // reads nothing: what is left is the correction
    return (products(chip, 0, zero) - products(quiet, 0, zero)).norm();
  };
  // 20 outputs: the norm of one read is below 0.2 of its mean less than once in 10^8, and that of the mean of 2500 is a
  // fiftieth.
  EXPECT_LT(error(2500), error(1) / 10);
  EXPECT_GT(error(1), 0);
}

/// By far, so that the largest outputs are those of the first group, not of the last.
NetworkState<float> with_larger_weights_in_the_first_group(NetworkState<float> state) {
  state.parameters[1].weights.topRows(3) *= 16;
  return state;
}

/// A convolution of two groups behind one of one group, and a dense layer.
struct GroupedChip {
  NetworkSpec spec = build_network(
      {1, 6, 6}, 5,
      std::vector<std::string>{"conv 4 padding 1", "relu", "conv 6 size 2 groups 2", "flatten", "dense classes"});
  std::shared_ptr<const SampleSet> training = std::make_shared<const SampleSet>(small::images(60));
  NetworkState<float> state = with_larger_weights_in_the_first_group({initial_parameters(spec, 4, 0), {}});
  ArrayNetwork arrays{small::trained_network(spec, state),
                      {small::defective(), true},
                      *training,
                      small::evaluation_set(small::images(60)),
                      kNoPoll};
  DeploymentImages seen{training, {}, std::vector<std::uint32_t>(60)};
  GroupedChip() {
    std::iota(seen.training.begin(), seen.training.end(), 0U);
    arrays.program(small::kKey, 0, 3, kNoPoll);
  }
};

// Every group is corrected by what its own arrays make of the standard inputs.
TEST(Calibrate, OneGroupAnInputRestoresTheCleanProductsOfGroupedConvolutions) {
  GroupedChip chip;
  Batch batch;
  fill_batch(*chip.training, {}, chip.seen.training, batch);
  for (const double error : output_errors(chip.arrays, batch.x, 0, kNoPoll)) EXPECT_GT(error, 1e-3);
  for (const StandardKind kind : {StandardKind::ones, StandardKind::mean}) {
    calibrate(chip.arrays,
              standard_inputs({StandardForm::projection, kind, 1000000, 1}, chip.arrays, chip.seen, kNoPoll), 1, 0,
              kNoPoll);
    for (const double error : output_errors(chip.arrays, batch.x, 0, kNoPoll)) EXPECT_LT(error, 1e-6);
  }
}

// Of all groups together, and of no products with the inputs of another group.
TEST(OutputErrors, AreThoseOfAllGroups) {
  const GroupedChip chip;
  Batch batch;
  fill_batch(*chip.training, {}, chip.seen.training, batch);
  const Matrix<float> clean = chip.state.parameters[1].weights, realised = chip.arrays.layer(1).read_back();
  // The layer's inputs: what the chip makes of the first.
  const NetworkSpec first = build_network({1, 6, 6}, 4 * 36, std::vector<std::string>{"conv 4 padding 1", "relu"});
  Parameters<float> held{chip.state.parameters[0]};
  held[0].weights = chip.arrays.layer(0).read_back();
  Activations<float> activations;
  const MatrixPass<float> pass(held);
  const Matrix<float> x = Network<float>(first).forward(batch.x, pass.weights(), activations).map();
  double sum = 0, most = 0, count = 0;
  for (Index image = 0; image < x.rows(); ++image)
    for (Index j = 0; j < 6; ++j)
      for (Index place = 0; place < 25; ++place) {
        double wanted = 0, made = 0;
        for (Index i = 0; i < 8; ++i) {
          const Index channel = j / 3 * 2 + i / 4;
          const double pixel = x(image, (channel * 6 + place / 5 + i % 4 / 2) * 6 + place % 5 + i % 2);
          wanted += pixel * clean(j, i);
          made += pixel * realised(j, i);
        }
        sum += std::fabs(made - wanted);
        most = std::max(most, std::fabs(wanted));
        ++count;
      }
  const double expected = sum / count / most;
  EXPECT_NEAR(output_errors(chip.arrays, batch.x, 0, kNoPoll)[1], expected, 1e-4 * expected);
}

TEST(OutputErrors, AreMeansRelativeToTheLargestCleanOutput) {
  const Chip chip;
  const Matrix<float> x = chip.batch(60).x;
  const Matrix<float> clean = x * chip.state.parameters[0].weights.transpose();
  const Matrix<float> realised = x * chip.arrays.layer(0).read_back().transpose();
  const double expected = (realised - clean).cwiseAbs().mean() / clean.cwiseAbs().maxCoeff();
  EXPECT_NEAR(output_errors(chip.arrays, x, 0, kNoPoll)[0], expected, 1e-5 * expected);
}

}  // namespace calibrate_test
}  // namespace ohmcarlo
