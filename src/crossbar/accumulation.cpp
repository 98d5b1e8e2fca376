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

void Accumulation::add_codes(const ConverterCodes& tile) {
  total_.array() += (tile.codes().array().rowwise() * tile.lsb().transpose().array()).rowwise() +
                    weights_ * tile.zero().transpose().array();
}

void Accumulation::add_codes(Index r, std::span<const double> codes, const Vector<double>& lsb,
                             const Vector<double>& zero) {
  double* total = total_.row(r).data();
  for (std::size_t c = 0; c < codes.size(); ++c) {
    const auto column = static_cast<Index>(c);
    total[c] += codes[c] * lsb(column) + weights_ * zero(column);
  }
}

void Accumulation::write_outputs(View<float> y) const {
  const double per_code = layer_.options().format.steps_per_code();
  const double unit = layer_.codes().unit / per_code * coding_.unit();
  for (Index r = 0; r < y.rows; ++r)
    for (Index j = 0; j < y.cols; ++j) {
      double steps = total_(r, j) - coding_.shift() * per_code * layer_.code_sums()(first_output_ + j);
      if (layer_.single_ended()) steps -= total_(r, layer_.partner(j));
      y(r, j) = static_cast<float>(steps * unit);
    }
}

}  // namespace ohmcarlo
