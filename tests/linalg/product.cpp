#include "linalg/product.hpp"

#include <limits>
#include <thread>

#include <gtest/gtest.h>
#include <omp.h>

#include "random_matrices.hpp"

namespace ohmcarlo {
namespace product_test {

template <class T>
class MultiplyTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(MultiplyTest, Types);

constexpr Transpose kBoth[] = {Transpose::no, Transpose::yes};

// A matrix with rows of its own stride inside a larger one, shaped so that op(it) is [rows, cols].
template <class T>
struct Operand {
  Matrix<T> whole;
  View<const T> view;
  Transpose transpose;

  Operand(Index rows, Index cols, Transpose t, Index gap, std::uint32_t seed)
      : whole(random_matrix<T>(t == Transpose::yes ? cols : rows, (t == Transpose::yes ? rows : cols) + gap, seed)),
        view(whole.data(), whole.rows(), whole.cols() - gap, whole.cols()),
        transpose(t) {}
  double operator()(Index i, Index j) const {
    return static_cast<double>(transpose == Transpose::yes ? view(j, i) : view(i, j));
  }
};

TYPED_TEST(MultiplyTest, AgreesWithThreeLoopsForAllTransposesAndStrides) {
  using T = TypeParam;
  const Index sizes[][3] = {{1, 1, 1}, {3, 5, 2}, {17, 9, 33}, {40, 31, 100}};  // m, n, k
  for (const auto& [m, n, k] : sizes) {
    for (const Transpose ta : kBoth) {
      for (const Transpose tb : kBoth) {
        for (const Index gap : {0, 3}) {
          const Operand<T> a(m, k, ta, gap, 1);
          const Operand<T> b(k, n, tb, 2 * gap, 2);
          Matrix<T> whole = random_matrix<T>(m, n + gap, 3);
          const Matrix<T> before = whole;
          multiply(a.view, ta, b.view, tb, View(whole).middle_cols(0, n), T(0.5), T(-2));
          for (Index i = 0; i < m; ++i) {
            for (Index j = 0; j < n + gap; ++j) {
              double sum = 0;
              for (Index l = 0; l < k && j < n; ++l) sum += a(i, l) * b(l, j);
              const double old = static_cast<double>(before(i, j));
              const double expected = j < n ? 0.5 * sum - 2 * old : old;
              const double tolerance = 4 * static_cast<double>(k + 2) * std::numeric_limits<T>::epsilon();
              ASSERT_NEAR(static_cast<double>(whole(i, j)), expected, j < n ? tolerance : 0)
                  << m << " " << n << " " << k << " at " << i << " " << j;
            }
          }
        }
      }
    }
  }
}

TYPED_TEST(MultiplyTest, WithoutBetaOverwritesWhateverWasThere) {
  using T = TypeParam;
  const Matrix<T> a = random_matrix<T>(5, 7, 1);
  const Matrix<T> b = random_matrix<T>(7, 4, 2);
  Matrix<T> c = Matrix<T>::Constant(5, 4, std::numeric_limits<T>::quiet_NaN());
  multiply(a, Transpose::no, b, Transpose::no, c);
  EXPECT_TRUE(c.isApprox(a * b));
}

TYPED_TEST(MultiplyTest, WithoutTermsIsZeroOrTheScaledOldResult) {
  using T = TypeParam;
  const Matrix<T> a(2, 0);
  const Matrix<T> b(0, 3);
  Matrix<T> c = Matrix<T>::Constant(2, 3, T(4));
  multiply(a, Transpose::no, b, Transpose::no, c, T(1), T(0.5));
  EXPECT_EQ(c, (Matrix<T>::Constant(2, 3, T(2))));
  multiply(a, Transpose::no, b, Transpose::no, c);
  EXPECT_EQ(c, (Matrix<T>::Zero(2, 3)));
  Matrix<T> none(0, 3);
  EXPECT_NO_THROW(multiply(Matrix<T>(0, 5), Transpose::no, Matrix<T>(5, 3), Transpose::no, none));
}

TYPED_TEST(MultiplyTest, RefusesSizesThatDisagree) {
  using T = TypeParam;
  const Matrix<T> a = random_matrix<T>(3, 4, 1);
  const Matrix<T> b = random_matrix<T>(4, 5, 2);
  Matrix<T> c(3, 5);
  Matrix<T> wrong(5, 3);
  EXPECT_NO_THROW(multiply(a, Transpose::no, b, Transpose::no, c));
  EXPECT_THROW(multiply(a, Transpose::no, b, Transpose::no, wrong), std::logic_error);
  EXPECT_THROW(multiply(a, Transpose::yes, b, Transpose::no, c), std::logic_error);
  EXPECT_THROW(multiply(a, Transpose::no, b, Transpose::yes, c), std::logic_error);
}

TEST(UseOneThread, HoldsForTheThreadThatCallsIt) {
  int inside = 0;
  std::thread([&] {
    omp_set_num_threads(3);
    use_one_thread();
    inside = omp_get_max_threads();
  }).join();
  EXPECT_EQ(inside, 1);
}

}  // namespace product_test
}  // namespace ohmcarlo
