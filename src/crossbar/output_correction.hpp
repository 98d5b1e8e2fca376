#pragma once
// Digital correction of a layer's outputs by what known inputs have shown of its arrays (Du, Peng, Liu, J. NUDT 45(5),
// 2023: V = V_std + V' - delta', with the standard part of an input in K groups of rows).

#include <memory>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// How much of a group's standard input s_k an input x holds.
enum class StandardForm : std::uint8_t {
  constant,    ///< all of it: c_k = 1, whatever x is
  projection,  ///< c_k = <x, s_k> / <s_k, s_k>
};

/// The inputs of a layer in groups of consecutive rows with a standard input each; s_k is 0 outside its group.
class StandardInputs {
 public:
  /// `values` [inputs]: all s_k in one. Groups are as equal as they can be; more than there are inputs mean one an
  /// input. For the projection, a group whose values are all 0 takes ones, and every group is brought to a largest
  /// |value| of `full_scale`: it changes neither c_k e_k nor what a converter of inputs resolves.
  StandardInputs(StandardForm form, Index groups, Vector<float> values, double full_scale);

  [[nodiscard]] StandardForm form() const { return form_; }
  [[nodiscard]] Index groups() const { return groups_; }
  [[nodiscard]] Index inputs() const { return values_.size(); }
  [[nodiscard]] Index first(Index group) const { return group * inputs() / groups_; }
  /// [groups, inputs]: row k is s_k.
  [[nodiscard]] Matrix<float> rows() const;
  /// s_k / <s_k, s_k>, all in one.
  [[nodiscard]] const Vector<float>& projector() const { return projector_; }

 private:
  StandardForm form_;
  Index groups_;
  Vector<float> values_;
  Vector<float> projector_;
};

class OutputCorrection {
 public:
  /// `errors` [groups, outputs]: e_k, what the arrays make of s_k less what the clean weights do.
  OutputCorrection(std::shared_ptr<const StandardInputs> standards, Matrix<float> errors)
      : standards_(std::move(standards)), errors_(std::move(errors)) {}

  /// y [rows, outputs of a group] -= sum over k of c_k(x) e_k, every row on its own; x [rows, inputs] of group `of` of
  /// the layer.
  void apply(View<const float> x, View<float> y, Index of = 0) const;
  /// The derivative of a corrected output by its input, where `weights` [outputs, inputs] is that of the arrays.
  [[nodiscard]] Matrix<float> effective(Matrix<float> weights) const;

 private:
  std::shared_ptr<const StandardInputs> standards_;
  Matrix<float> errors_;
};

}  // namespace ohmcarlo
