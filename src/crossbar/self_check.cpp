#include "crossbar/self_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/error.hpp"
#include "linalg/product.hpp"

namespace ohmcarlo {
namespace {

constexpr Index kCheckedRows = 16;
constexpr double kSigmas = 6;  ///< of a normal: beyond it 2e-9

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("self-check of the arrays failed: " + what);
}

/// Half a step of every conversion that an output is made of, in units of the output.
double rounding(const ArrayLayer& layer, const LayerScales& scales) {
  const CellFormat& format = layer.options().format;
  double factors = 0;
  for (int read = 0; read < scales.coding.reads(); ++read)
    for (int slice = 0; slice < format.slices(); ++slice)
      factors += std::fabs(scales.coding.read_weight(read)) * format.slice_weight(slice);
  double step = 0;
  for (const Quantiser& quantiser : scales.quantisers) step = std::max(step, quantiser.lsb());
  const double conversions = layer.single_ended() ? 2 : 1;
  return conversions * static_cast<double>(layer.tiles().row_tiles()) * factors * step / 2;
}

}  // namespace

void check_chain(const ArrayLayer& ideal, View<const float> x, const LayerScales& scales, Index group) {
  const Index rows = std::min(x.rows, kCheckedRows);
  if (rows == 0) return;
  const InputCoding& coding = scales.coding;
  const Index outputs = ideal.tiles().outputs;
  const Matrix<float> weights = ideal.read_back().middleRows(group * outputs, outputs);
  Matrix<double> applied(rows, x.cols);
  std::vector<float> codes(static_cast<std::size_t>(x.cols));
  for (Index r = 0; r < rows; ++r) {
    coding.encode({x.row(r), codes.size()}, codes);
    for (Index i = 0; i < x.cols; ++i)
      applied(r, i) = (codes[static_cast<std::size_t>(i)] - coding.shift()) * coding.unit();
  }
  const Matrix<double> expected = applied * weights.cast<double>().transpose();
  Matrix<float> y(rows, expected.cols());
  ConversionCounts counts;
  std::vector<std::uint32_t> images(static_cast<std::size_t>(rows));
  std::iota(images.begin(), images.end(), 0U);
  ideal.read(x.middle_rows(0, rows), {images, 1, 0, group}, scales, {}, y, &counts);
  if (counts.saturated > 0) return;
  const double unit = ideal.weight_unit() * coding.unit();
  const double largest = expected.size() > 0 ? expected.cwiseAbs().maxCoeff() : 0;
  const double magnitude = static_cast<double>(x.cols) * ideal.options().format.largest_code() * coding.full_scale *
                           ideal.weight_unit() / 1e6;  // float rounding of sums of that size
  const double allowed = rounding(ideal, scales) * unit + magnitude + largest * 1e-6;
  const double off = (y.cast<double>() - expected).cwiseAbs().maxCoeff();
  if (!(off <= allowed))
    fail(fmt::format("an ideal chip is off by {:.3g}, its converters explain {:.3g}", off, allowed));
}

std::string contradiction(const CellModel& asked, const ProgramReport& realised) {
  const auto cells = static_cast<double>(realised.cells);
  const double rate = asked.defects ? asked.defects->rate * asked.defects->stuck_share : asked.faults.rate;
  const bool independent = asked.defects || asked.faults.pattern == FaultPattern::cells;
  if (independent && cells > 0) {
    const double share = static_cast<double>(realised.stuck) / cells;
    const double allowed = kSigmas * std::sqrt(rate * (1 - rate) / cells) + 10 / cells;
    if (std::fabs(share - rate) > allowed)
      return fmt::format("{:.5g} of the cells are stuck, {:.5g} were asked for", share, rate);
  }
  const double free = cells - static_cast<double>(realised.stuck);
  const bool simple = !asked.defects && !asked.verify && asked.clip == Clip::none && asked.array.none() &&
                      asked.variation.law == VariationLaw::gaussian;
  if (simple && free > 100) {
    const double sigma = std::sqrt(realised.error_squares / free);
    // Cells are floats: an error below the last bit of a target is rounded to it.
    const double allowed = asked.variation.sigma * (kSigmas / std::sqrt(2 * free) + 1e-4) + 0x1p-24;
    if (std::fabs(sigma - asked.variation.sigma) > allowed)
      return fmt::format("cells miss their targets by {:.5g} of full scale (sd), {:.5g} was asked for", sigma,
                         asked.variation.sigma);
  }
  return "";
}

}  // namespace ohmcarlo
