#include "crossbar/accumulation.hpp"

namespace ohmcarlo {

Accumulation::Accumulation(const ArrayLayer& layer, Index group, const InputCoding& coding, Index rows)
    : layer_(layer), first_output_(group * layer.tiles().outputs), coding_(coding), total_(rows, layer.columns()) {
  for (int read = 0; read < coding.reads(); ++read)
    for (int slice = 0; slice < layer.options().format.slices(); ++slice) weights_ += weight(read, slice);
}

void Accumulation::add_sums(Index r, std::span<const float> sums, double weight) {
  double* total = total_.row(r).data();
  for (std::size_t c = 0; c < sums.size(); ++c) total[c] += weight * double{sums[c]};
}

void Accumulation::add_codes(const ConverterCodes& tile, Index rows) {
  for (Index r = 0; r < rows; ++r)
    add_codes(r, {tile.codes().row(r).data(), static_cast<std::size_t>(tile.codes().cols())}, tile.lsb(), tile.zero());
}

void Accumulation::add_codes(Index r, std::span<const double> codes, const Vector<double>& lsb,
                             const Vector<double>& zero) {
  double* __restrict total = total_.row(r).data();
  const double* __restrict code = codes.data();
  const double *each = lsb.data(), *none = zero.data();
  const double weights = weights_;
  for (std::size_t c = 0; c < codes.size(); ++c) total[c] += code[c] * each[c] + weights * none[c];
}

void Accumulation::write_outputs(View<float> y) const {
  const double per_code = layer_.options().format.steps_per_code();
  const double unit = layer_.codes().unit / per_code * coding_.unit();
  const Vector<double> shifted = coding_.shift() * per_code * layer_.code_sums().segment(first_output_, y.cols).array();
  const bool to_reference = layer_.options().format.has_reference();
  for (Index r = 0; r < y.rows; ++r) {
    const double* __restrict total = total_.row(r).data();
    float* __restrict out = y.row(r);
    if (!layer_.single_ended())
      for (Index j = 0; j < y.cols; ++j) out[j] = static_cast<float>((total[j] - shifted(j)) * unit);
    else if (to_reference)
      for (Index j = 0; j < y.cols; ++j)
        out[j] = static_cast<float>((total[j] - shifted(j) - total[layer_.partner(j)]) * unit);
    else  // the partner of column j is column j of the other half
      for (Index j = 0; j < y.cols; ++j)
        out[j] = static_cast<float>((total[j] - shifted(j) - total[y.cols + j]) * unit);
  }
}

}  // namespace ohmcarlo
