#include "linalg/product.hpp"

#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

namespace ohmcarlo {
namespace {

template <class T>
Index rows_of(View<const T> a, Transpose t) {
  return t == Transpose::yes ? a.cols : a.rows;
}

template <class T>
Index cols_of(View<const T> a, Transpose t) {
  return t == Transpose::yes ? a.rows : a.cols;
}

template <class T>
void require_sizes(View<const T> a, Transpose ta, View<const T> b, Transpose tb, View<T> c) {
  require(cols_of(a, ta) == rows_of(b, tb), "the inner sizes of a product agree");
  require(rows_of(a, ta) == c.rows && cols_of(b, tb) == c.cols, "the result of a product has its outer sizes");
}

/// c = beta * c, for products without terms.
template <class T>
void scale(View<T> c, T beta) {
  for (Index i = 0; i < c.rows; ++i) {
    for (Index j = 0; j < c.cols; ++j) c(i, j) = beta == T(0) ? T(0) : beta * c(i, j);
  }
}

char letter(Transpose t) {
  return t == Transpose::yes ? 'T' : 'N';
}

}  // namespace

void multiply(View<const float> a, Transpose ta, View<const float> b, Transpose tb, View<float> c, float alpha,
              float beta) {
  require_sizes(a, ta, b, tb, c);
  const Index k = cols_of(a, ta);
  if (c.rows == 0 || c.cols == 0) return;
  if (k == 0) return scale(c, beta);
  const dnnl_status_t status = dnnl_sgemm(letter(ta), letter(tb), c.rows, c.cols, k, alpha, a.data, a.stride, b.data,
                                          b.stride, beta, c.data, c.stride);
  require(status == dnnl_success, "dnnl_sgemm accepts its arguments");
}

void multiply(View<const double> a, Transpose ta, View<const double> b, Transpose tb, View<double> c, double alpha,
              double beta) {
  require_sizes(a, ta, b, tb, c);
  scale(c, beta);
  if (c.rows == 0 || c.cols == 0 || cols_of(a, ta) == 0) return;
  auto result = c.map();
  if (ta == Transpose::no && tb == Transpose::no) {
    result.noalias() += alpha * (a.map() * b.map());
  } else if (ta == Transpose::no) {
    result.noalias() += alpha * (a.map() * b.map().transpose());
  } else if (tb == Transpose::no) {
    result.noalias() += alpha * (a.map().transpose() * b.map());
  } else {
    result.noalias() += alpha * (a.map().transpose() * b.map().transpose());
  }
}

void use_one_thread() {
  omp_set_num_threads(1);
}

std::string linalg_version() {
  const dnnl_version_t* dnnl = dnnl_version();
  return fmt::format("oneDNN {}.{}.{}, Eigen {}.{}.{}", dnnl->major, dnnl->minor, dnnl->patch, EIGEN_WORLD_VERSION,
                     EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
}

}  // namespace ohmcarlo
