#include "network/dropout.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "network/network.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace dropout_test {

const DropoutUse kUse{7, {.purpose = Purpose::dropout, .replica = 2, .event = 48}};

Matrix<double> dropped(double rate, const Matrix<double>& x, const DropoutUse& use = kUse, std::uint32_t layer = 3) {
  Matrix<double> y(x.rows(), x.cols());
  drop<double>(rate, layer, use, x, y);
  return y;
}

/// P(X <= count) of a binomial distribution, by the sum of its terms.
double binomial_cdf(int count, int trials, double share) {
  double sum = 0;
  for (int k = 0; k <= count; ++k)
    sum += std::exp(std::lgamma(trials + 1.0) - std::lgamma(k + 1.0) - std::lgamma(trials - k + 1.0) +
                    k * std::log(share) + (trials - k) * std::log1p(-share));
  return sum;
}

// Each rate fails by chance, with another key, once in a million.
TEST(Dropout, DropsTheShareAndScalesTheRest) {
  for (const double rate : {0.02, 0.3, 0.5, 0.9}) {
    const Matrix<double> y = dropped(rate, Matrix<double>::Constant(200, 101, 3));
    int zeros = 0;
    for (Index i = 0; i < y.size(); ++i) {
      const double value = y.data()[i];
      zeros += value == 0 ? 1 : 0;
      ASSERT_DOUBLE_EQ(value, value == 0 ? 0 : 3 / (1 - rate));
    }
    EXPECT_GT(binomial_cdf(zeros, 20200, rate), 5e-7) << rate;
    EXPECT_GT(1 - binomial_cdf(zeros - 1, 20200, rate), 5e-7) << rate;
  }
}

// Neighbours, and values of one column, are dropped independently: the pairs of each kind that are dropped together are
// a quarter of all, which fails by chance once in a million (pairs that share a value are uncorrelated, 4.9 sd).
TEST(Dropout, ValuesAreDroppedIndependently) {
  const Matrix<double> y = dropped(0.5, Matrix<double>::Ones(200, 101));
  const auto is_zero = (y.array() == 0).cast<double>().eval();
  const double beside = (is_zero.leftCols(100) * is_zero.rightCols(100)).sum();
  const double below = (is_zero.topRows(199) * is_zero.bottomRows(199)).sum();
  // Variance of a sum of products of neighbours: n p^2 (1 - p^2) + 2 n (p^3 - p^4), here 0.3125 n.
  EXPECT_NEAR(beside, 20000 / 4.0, 4.9 * std::sqrt(0.3125 * 20000));
  EXPECT_NEAR(below, 199 * 101 / 4.0, 4.9 * std::sqrt(0.3125 * 199 * 101));
}

TEST(Dropout, BackwardTakesTheSameValuesAway) {
  const Matrix<double> y = dropped(0.4, Matrix<double>::Ones(20, 30));
  const Matrix<double> factors = Matrix<double>::Random(20, 30);
  EXPECT_EQ(dropped(0.4, factors), Matrix<double>(y.cwiseProduct(factors)));
}

TEST(Dropout, IsAMatterOfTheAddress) {
  const Matrix<double> ones = Matrix<double>::Ones(20, 30);
  const Matrix<double> y = dropped(0.5, ones);
  EXPECT_EQ(dropped(0.5, ones), y);
  EXPECT_NE(dropped(0.5, ones, kUse, 4), y) << "another layer";
  DropoutUse other = kUse;
  other.address.event = 64;
  EXPECT_NE(dropped(0.5, ones, other), y) << "another step";
  other = kUse;
  other.address.replica = 1;
  EXPECT_NE(dropped(0.5, ones, other), y) << "another replica";
  other = kUse;
  other.key = 8;
  EXPECT_NE(dropped(0.5, ones, other), y) << "another seed";
  EXPECT_EQ(dropped(0.5, Matrix<double>::Ones(50, 30)).topRows(20), y) << "rows do not depend on how many there are";
  // The more is dropped, the more of the same.
  EXPECT_TRUE(((dropped(0.6, ones).array() == 0) || (y.array() != 0)).all());
}

TEST(Dropout, OfNothingAndInPlace) {
  Matrix<double> x = Matrix<double>::Random(5, 7);
  EXPECT_EQ(dropped(0, x), x);
  const Matrix<double> y = dropped(0.5, x);
  drop<double>(0.5, 3, kUse, x, x);
  EXPECT_EQ(x, y);
}

TEST(Dropout, EvaluationIsTheIdentity) {
  const NetworkSpec spec = chain_of({dropout("dropout1", {4, 1, 1}, 0.5), dropout("dropout2", {4, 1, 1}, 0.9)}, 4, 4);
  const Network<double> network(spec);
  const Matrix<double> x = Matrix<double>::Random(3, 4);
  Activations<double> activations;
  EXPECT_EQ(Matrix<double>(network.forward(x, {}, activations).map()), x);
  PassWeights<double> training;
  training.dropout = kUse;
  EXPECT_NE(Matrix<double>(network.forward(x, training, activations).map()), x);
  // Layers of one network draw by their numbers in it.
  Matrix<double> first(3, 4), second(3, 4);
  drop<double>(0.5, 0, kUse, x, first);
  drop<double>(0.9, 1, kUse, first, second);
  EXPECT_EQ(activations[0], first);
  EXPECT_EQ(activations[1], second);
}

}  // namespace dropout_test
}  // namespace ohmcarlo
