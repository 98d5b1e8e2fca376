#include "crossbar/calibration.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

namespace ohmcarlo {
namespace {

/// |sums| counted in classes of relative width 2^-11: percentiles of any number of values in little memory.
class Magnitudes {
 public:
  void add(float value) { ++counts_[std::bit_cast<std::uint32_t>(std::fabs(value)) >> kDropped]; }

  /// The upper end of the class that the percentile lies in, 0 for that of 0.
  [[nodiscard]] double percentile(double percent) const {
    std::uint64_t all = 0;
    for (const auto& [cls, count] : counts_) all += count;
    const double wanted = percent / 100 * static_cast<double>(all);
    double seen = 0;
    for (const auto& [cls, count] : counts_) {
      seen += static_cast<double>(count);
      if (seen >= wanted) return cls == 0 ? 0 : std::bit_cast<float>((cls + 1) << kDropped);
    }
    return 0;
  }

 private:
  static constexpr int kDropped = 12;  ///< of 23 fraction bits
  std::map<std::uint32_t, std::uint64_t> counts_;
};

InputCoding make_coding(const DacOptions& options, View<const float> x) {
  InputCoding coding = options.coding;
  const bool any = x.rows * x.cols > 0;
  if (coding.encoding == InputEncoding::automatic)
    coding.encoding = any && x.map().minCoeff() < 0 ? InputEncoding::sign_magnitude : InputEncoding::unsigned_;
  const double largest = any ? double{x.map().cwiseAbs().maxCoeff()} : 0;
  coding.full_scale = options.full_scale > 0 ? options.full_scale : largest > 0 ? largest : 1;
  return coding;
}

struct Extent {
  double largest = 0;
  Magnitudes magnitudes;
};

/// |sums| of every granule.
std::vector<Extent> measure(const ArrayLayer& ideal, const InputCoding& coding, View<const float> x) {
  const bool percentile = ideal.options().adc.percentile < 100;
  std::vector<Extent> extents(ideal.granules());
  Matrix<float> codes(x.rows, x.cols), applied(x.rows, x.cols), sums(x.rows, ideal.width());
  for (Index r = 0; r < x.rows; ++r)
    coding.encode({x.row(r), static_cast<std::size_t>(x.cols)},
                  {codes.row(r).data(), static_cast<std::size_t>(x.cols)});
  for (int read = 0; read < coding.reads(); ++read) {
    coding.applied({codes.data(), static_cast<std::size_t>(codes.size())}, read,
                   {applied.data(), static_cast<std::size_t>(applied.size())});
    for (Index tile = 0; tile < ideal.tiles().row_tiles(); ++tile) {
      ideal.column_sums(applied, tile, sums);
      for (Index c = 0; c < ideal.width(); ++c) {
        Extent& extent = extents[ideal.granule(tile, c % ideal.columns())];
        extent.largest = std::max(extent.largest, double{sums.col(c).cwiseAbs().maxCoeff()});
        if (percentile)
          for (Index r = 0; r < x.rows; ++r) extent.magnitudes.add(sums(r, c));
      }
    }
  }
  return extents;
}

}  // namespace

LayerScales calibrate(const ArrayLayer& ideal, View<const float> x) {
  const AdcOptions& adc = ideal.options().adc;
  LayerScales scales{make_coding(ideal.options().dac, x), {}};
  const InputCoding& coding = scales.coding;
  if (adc.bits == 0) return scales;
  const bool bipolar = !ideal.single_ended() || coding.bipolar();
  const double full_on = ideal.full_scale(1, coding.largest_applied());
  if (adc.range == RangeKind::given) {
    scales.quantisers.assign(ideal.granules(), Quantiser(adc.bits, adc.low * full_on, adc.high * full_on));
    return scales;
  }
  if (adc.range == RangeKind::maximum) {
    scales.quantisers.assign(ideal.granules(), Quantiser(adc.bits, 0, 1));
    for (Index tile = 0; tile < ideal.tiles().row_tiles(); ++tile) {
      const double high = ideal.full_scale(ideal.tiles().row_count(tile), coding.largest_applied());
      // One range for all arrays is that of the largest, which comes first.
      for (Index c = 0; c < ideal.columns(); ++c)
        if (adc.granularity != Granularity::layer || tile == 0)
          scales.quantisers[ideal.granule(tile, c)] = Quantiser(adc.bits, bipolar ? -high : 0, high);
    }
    return scales;
  }
  for (const Extent& extent : measure(ideal, coding, x)) {
    double high =
        adc.percentile < 100 ? std::min(extent.magnitudes.percentile(adc.percentile), extent.largest) : extent.largest;
    if (high == 0) high = full_on;
    scales.quantisers.emplace_back(adc.bits, bipolar ? -high : 0, high);
  }
  return scales;
}

}  // namespace ohmcarlo
