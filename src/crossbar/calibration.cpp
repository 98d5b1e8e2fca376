#include "crossbar/calibration.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr int kDropped = 12;   ///< of 23 fraction bits: what does not tell classes of magnitudes apart
constexpr Index kRows = 1024;  ///< measured at once

}  // namespace

void Calibration::Magnitudes::add(float value) {
  ++counts_[std::bit_cast<std::uint32_t>(std::fabs(value)) >> kDropped];
}

double Calibration::Magnitudes::percentile(double percent) const {
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

Calibration::Calibration(const ArrayLayer& ideal, TrainedScale trained)
    : ideal_(ideal), trained_(trained), extents_(ideal.granules()) {
  if (ideal.options().adc.range != RangeKind::widened) return;
  largest_ = static_cast<float>(std::fabs(trained.dac));
  if (trained.dac < 0) lowest_ = -largest_;
}

void Calibration::see_inputs(View<const float> x) {
  if (x.rows * x.cols == 0) return;
  lowest_ = std::min(lowest_, x.map().minCoeff());
  largest_ = std::max(largest_, x.map().cwiseAbs().maxCoeff());
}

bool Calibration::needs_sums() const {
  const AdcOptions& adc = ideal_.options().adc;
  return adc.bits > 0 && (adc.range == RangeKind::calibrated || adc.range == RangeKind::widened);
}

InputCoding Calibration::coding() const {
  const DacOptions& options = ideal_.options().dac;
  InputCoding coding = options.coding;
  const bool trained = ideal_.options().adc.range == RangeKind::trained && trained_.dac != 0;
  const bool negative = trained ? trained_.dac < 0 : lowest_ < 0;
  if (coding.encoding == InputEncoding::automatic)
    coding.encoding = negative ? InputEncoding::sign_magnitude : InputEncoding::unsigned_;
  coding.full_scale = options.full_scale > 0 ? options.full_scale
                      : trained              ? std::fabs(trained_.dac)
                      : largest_ > 0         ? double{largest_}
                                             : 1;
  return coding;
}

void Calibration::see_sums(View<const float> x, Index group) {
  const InputCoding code = coding();
  const bool percentile = ideal_.options().adc.percentile < 100, positive = ideal_.options().adc.positive;
  for (Index start = 0; start < x.rows; start += kRows) {
    const View<const float> part = x.middle_rows(start, std::min(kRows, x.rows - start));
    Matrix<float> codes(part.rows, part.cols), applied(part.rows, part.cols), sums(part.rows, ideal_.width());
    for (Index r = 0; r < part.rows; ++r)
      code.encode({part.row(r), static_cast<std::size_t>(part.cols)},
                  {codes.row(r).data(), static_cast<std::size_t>(part.cols)});
    for (int read = 0; read < code.reads(); ++read) {
      code.applied({codes.data(), static_cast<std::size_t>(codes.size())}, read,
                   {applied.data(), static_cast<std::size_t>(applied.size())});
      for (Index tile = 0; tile < ideal_.tiles().row_tiles(); ++tile) {
        ideal_.column_sums(applied, group, tile, sums);
        if (!positive) sums = sums.cwiseAbs();
        const Vector<float> largest = sums.colwise().maxCoeff().transpose();
        for (Index c = 0; c < ideal_.width(); ++c) {
          Extent& extent = extents_[ideal_.granule(tile, c % ideal_.columns(), group)];
          extent.largest = std::max(extent.largest, double{largest(c)});
          if (percentile)
            for (Index r = 0; r < part.rows; ++r) extent.magnitudes.add(sums(r, c));
        }
      }
    }
  }
}

double Calibration::largest_code(bool bipolar) const {
  return std::ldexp(1.0, ideal_.options().adc.bits - (bipolar ? 1 : 0)) - 1;
}

Quantiser Calibration::by_scale(double scale, bool bipolar, double full_on) const {
  const double high = scale * largest_code(bipolar) * full_on;
  return {ideal_.options().adc.bits, bipolar ? -high : 0, high};
}

LayerScales Calibration::scales() const {
  const AdcOptions& adc = ideal_.options().adc;
  LayerScales scales{coding(), {}};
  if (adc.bits == 0) return scales;
  const bool bipolar = !ideal_.single_ended() || scales.coding.bipolar();
  const double full_on = ideal_.full_scale(1, scales.coding.largest_applied());
  if (adc.range == RangeKind::trained) {
    require(trained_.adc > 0, "trained ranges have a scale");
    scales.quantisers.assign(ideal_.granules(), by_scale(trained_.adc, bipolar, full_on));
    return scales;
  }
  if (adc.range == RangeKind::given) {
    scales.quantisers.assign(ideal_.granules(), Quantiser(adc.bits, adc.low * full_on, adc.high * full_on));
    return scales;
  }
  if (adc.range == RangeKind::maximum) {
    scales.quantisers.assign(ideal_.granules(), Quantiser(adc.bits, 0, 1));
    for (Index tile = 0; tile < ideal_.tiles().row_tiles(); ++tile) {
      const double high = ideal_.full_scale(ideal_.tiles().row_count(tile), scales.coding.largest_applied());
      // One range for all arrays is that of the largest, which comes first.
      if (adc.granularity == Granularity::layer && tile > 0) break;
      for (Index group = 0; group < ideal_.groups(); ++group)
        for (Index c = 0; c < ideal_.columns(); ++c)
          scales.quantisers[ideal_.granule(tile, c, group)] = Quantiser(adc.bits, bipolar ? -high : 0, high);
    }
    return scales;
  }
  if (adc.range == RangeKind::widened) {
    require(extents_.size() == 1, "training finds one scale a layer");
    const double before = trained_.adc * largest_code(!ideal_.single_ended() || trained_.dac < 0);
    double reach = std::max(extents_.front().largest / full_on, before);
    if (reach == 0) reach = 1;
    scales.quantisers.push_back(by_scale(static_cast<float>(reach / largest_code(bipolar)), bipolar, full_on));
    return scales;
  }
  for (const Extent& extent : extents_) {
    double high =
        adc.percentile < 100 ? std::min(extent.magnitudes.percentile(adc.percentile), extent.largest) : extent.largest;
    if (high == 0) high = full_on;
    scales.quantisers.emplace_back(adc.bits, bipolar ? -high : 0, high);
  }
  return scales;
}

LayerScales trained_scales(const ArrayLayer& ideal, TrainedScale trained) {
  return Calibration(ideal, trained).scales();
}

LayerScales calibrate(const ArrayLayer& ideal, View<const float> x) {
  Calibration calibration(ideal);
  calibration.see_inputs(x);
  if (calibration.needs_sums()) calibration.see_sums(x);
  return calibration.scales();
}

}  // namespace ohmcarlo
