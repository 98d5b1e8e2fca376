#include "crossbar/output_correction.hpp"

#include <gtest/gtest.h>

#include "linalg/random_matrices.hpp"

namespace ohmcarlo {
namespace output_correction_test {

Vector<float> some_values(Index count) {
  return random_matrix<float>(count, 1, 5).cwiseAbs().array() + 0.1F;
}

/// y - sum over k of <x, s_k> / <s_k, s_k> e_k, in double.
Matrix<double> expected(const StandardInputs& standards, const Matrix<float>& errors, const Matrix<float>& x,
                        const Matrix<float>& y) {
  const Matrix<double> s = standards.rows().cast<double>();
  Matrix<double> corrected = y.cast<double>();
  for (Index r = 0; r < x.rows(); ++r)
    for (Index k = 0; k < s.rows(); ++k) {
      const double c = standards.form() == StandardForm::constant
                           ? 1
                           : x.row(r).cast<double>().dot(s.row(k)) / s.row(k).squaredNorm();
      corrected.row(r) -= c * errors.row(k).cast<double>();
    }
  return corrected;
}

TEST(OutputCorrection, IsTheFormula) {
  for (const StandardForm form : {StandardForm::constant, StandardForm::projection})
    for (const Index groups : {1, 3, 7}) {
      const StandardInputs standards(form, groups, some_values(7), 1.5);
      const Matrix<float> errors = random_matrix<float>(groups, 4, 1), x = random_matrix<float>(5, 7, 2);
      Matrix<float> y = random_matrix<float>(5, 4, 3);
      const Matrix<double> wanted = expected(standards, errors, x, y);
      OutputCorrection(std::make_shared<const StandardInputs>(standards), errors).apply(x, y);
      EXPECT_LT((y.cast<double>() - wanted).cwiseAbs().maxCoeff(), 2e-6) << groups;
    }
}

TEST(OutputCorrection, EffectiveWeightsAreTheDerivative) {
  for (const StandardForm form : {StandardForm::constant, StandardForm::projection}) {
    const StandardInputs standards(form, 3, some_values(7), 1);
    const Matrix<float> errors = random_matrix<float>(3, 4, 1), weights = random_matrix<float>(4, 7, 2);
    const OutputCorrection correction(std::make_shared<const StandardInputs>(standards), errors);
    const auto corrected = [&](const Matrix<float>& x) {
      Matrix<float> y = x * weights.transpose();
      correction.apply(x, y);
      return y;
    };
    const Matrix<float> at_zero = corrected(Matrix<float>::Zero(1, 7));
    const Matrix<float> effective = correction.effective(weights);
    for (Index i = 0; i < 7; ++i) {  // linear but for a constant: one step is exact
      Matrix<float> x = Matrix<float>::Zero(1, 7);
      x(0, i) = 1;
      EXPECT_LT((corrected(x) - at_zero - effective.col(i).transpose()).cwiseAbs().maxCoeff(), 2e-6);
    }
  }
}

TEST(StandardInputs, CoverEveryInputOnceInGroupsThatAreAlike) {
  for (const Index groups : {1, 2, 3, 9, 10, 11, 500}) {
    const StandardInputs standards(StandardForm::projection, groups, some_values(10), 2);
    ASSERT_EQ(standards.groups(), std::min<Index>(groups, 10));
    const Matrix<float> rows = standards.rows();
    for (Index i = 0; i < 10; ++i) EXPECT_EQ((rows.col(i).array() != 0).count(), 1);
    for (Index k = 0; k < standards.groups(); ++k) {
      const Index size = (rows.row(k).array() != 0).count();
      EXPECT_GE(size, 10 / standards.groups());
      EXPECT_LE(size, 10 / standards.groups() + 1);
      EXPECT_FLOAT_EQ(rows.row(k).cwiseAbs().maxCoeff(), 2);  // all that the converter of inputs takes
    }
  }
}

TEST(StandardInputs, OfZerosAreOnes) {
  Vector<float> values = some_values(6);
  values.head(3).setZero();
  const StandardInputs standards(StandardForm::projection, 2, values, 1);
  EXPECT_EQ(standards.rows().row(0), (Matrix<float>(1, 6) << 1, 1, 1, 0, 0, 0).finished());
  // What is subtracted whole stays what it is: nothing is read where nothing is subtracted.
  EXPECT_EQ(StandardInputs(StandardForm::constant, 2, values, 1).rows().row(0).maxCoeff(), 0);
}

}  // namespace output_correction_test
}  // namespace ohmcarlo
