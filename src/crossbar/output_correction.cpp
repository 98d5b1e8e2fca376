#include "crossbar/output_correction.hpp"

#include <algorithm>

namespace ohmcarlo {

StandardInputs::StandardInputs(StandardForm form, Index groups, Vector<float> values, double full_scale)
    : form_(form), groups_(std::min(groups, std::max<Index>(values.size(), 1))), values_(std::move(values)) {
  projector_ = Vector<float>::Zero(values_.size());
  if (form_ == StandardForm::constant) return;
  for (Index k = 0; k < groups_; ++k) {
    auto group = values_.segment(first(k), first(k + 1) - first(k));
    if ((group.array() == 0).all()) group.setOnes();
    group *= static_cast<float>(full_scale) / group.cwiseAbs().maxCoeff();
    projector_.segment(first(k), group.size()) =
        (group.cast<double>() / group.cast<double>().squaredNorm()).cast<float>();
  }
}

Matrix<float> StandardInputs::rows() const {
  Matrix<float> rows = Matrix<float>::Zero(groups_, inputs());
  for (Index k = 0; k < groups_; ++k) {
    const Index size = first(k + 1) - first(k);
    rows.row(k).segment(first(k), size) = values_.segment(first(k), size).transpose();
  }
  return rows;
}

void OutputCorrection::apply(View<const float> x, View<float> y, Index of) const {
  const auto inputs = x.map();
  auto outputs = y.map();
  for (Index r = 0; r < x.rows; ++r)
    for (Index k = 0; k < standards_->groups(); ++k) {
      const Index first = standards_->first(k), size = standards_->first(k + 1) - first;
      const float c = standards_->form() == StandardForm::constant
                          ? 1.0F
                          : inputs.row(r).segment(first, size).dot(standards_->projector().segment(first, size));
      if (c != 0) outputs.row(r) -= c * errors_.row(k).segment(of * y.cols, y.cols);
    }
}

Matrix<float> OutputCorrection::effective(Matrix<float> weights) const {
  if (standards_->form() == StandardForm::constant) return weights;
  for (Index k = 0; k < standards_->groups(); ++k) {
    const Index first = standards_->first(k), size = standards_->first(k + 1) - first;
    weights.middleCols(first, size).noalias() -=
        errors_.row(k).transpose() * standards_->projector().segment(first, size).transpose();
  }
  return weights;
}

}  // namespace ohmcarlo
