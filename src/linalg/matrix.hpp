#pragma once
// Matrices and vectors (Eigen, row-major) and light views of them: what every product takes and gives.

#include <concepts>
#include <cstddef>
#include <type_traits>

#include <Eigen/Core>

#include "base/error.hpp"

namespace ohmcarlo {

using Index = Eigen::Index;

/// A matrix that owns its elements, row by row without gaps.
template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A column of elements that owns them.
template <class T>
using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;

/// A matrix that lives elsewhere: element (i, j) is data[i * stride + j], with stride >= cols.
/// It does not own or prolong the life of the elements; copying it is cheap, so pass it by value.
/// View<const T> reads, View<T> also writes; a Matrix converts to both, View<T> to View<const T>.
template <class T>
struct View {
  using Value = std::remove_const_t<T>;

  T* data = nullptr;
  Index rows = 0;
  Index cols = 0;
  Index stride = 0;  ///< elements from the start of one row to the start of the next

  View() = default;
  View(T* first, Index row_count, Index column_count) : View(first, row_count, column_count, column_count) {}
  /// Throws std::logic_error for negative sizes or a stride shorter than a row.
  View(T* first, Index row_count, Index column_count, Index row_stride)
      : data(first), rows(row_count), cols(column_count), stride(row_stride) {
    require(rows >= 0 && cols >= 0 && stride >= cols, "a view has sizes >= 0 and a stride of at least a row");
  }

  // Templates, so that an Eigen expression is not turned into a temporary matrix that dies before the view.
  template <std::same_as<Matrix<Value>> M>
  View(M& matrix) : View(matrix.data(), matrix.rows(), matrix.cols()) {}
  template <std::same_as<Matrix<Value>> M>
  requires std::is_const_v<T> View(const M& matrix) : View(matrix.data(), matrix.rows(), matrix.cols()) {}
  operator View<const T>() const requires(!std::is_const_v<T>) { return View<const T>(data, rows, cols, stride); }

  [[nodiscard]] T* row(Index i) const { return data + i * stride; }
  [[nodiscard]] T& operator()(Index i, Index j) const { return data[i * stride + j]; }

  /// The part that starts at (first_row, first_col). Throws std::logic_error if it does not lie inside.
  [[nodiscard]] View block(Index first_row, Index first_col, Index row_count, Index column_count) const {
    require(first_row >= 0 && first_col >= 0 && row_count >= 0 && column_count >= 0 && first_row + row_count <= rows &&
                first_col + column_count <= cols,
            "a block lies inside its view");
    return View(data + first_row * stride + first_col, row_count, column_count, stride);
  }
  [[nodiscard]] View middle_rows(Index first, Index count) const { return block(first, 0, count, cols); }
  [[nodiscard]] View middle_cols(Index first, Index count) const { return block(0, first, rows, count); }

  using Map = Eigen::Map<std::conditional_t<std::is_const_v<T>, const Matrix<Value>, Matrix<Value>>, Eigen::Unaligned,
                         Eigen::OuterStride<>>;
  /// These elements for Eigen's arithmetic.
  [[nodiscard]] Map map() const { return Map(data, rows, cols, Eigen::OuterStride<>(stride)); }
};

template <class T>
View(Matrix<T>&) -> View<T>;
template <class T>
View(const Matrix<T>&) -> View<const T>;

}  // namespace ohmcarlo
