#pragma once
// The tables [hardware.dac] and [hardware.adc] of one point: the converters of arrays.

#include <vector>

#include "config/reader.hpp"
#include "crossbar/options.hpp"

namespace ohmcarlo {

/// The keys of [hardware.dac] and [hardware.adc].
[[nodiscard]] std::vector<Key> converter_keys();

/// Reads [hardware.dac]. Throws BadUsage.
[[nodiscard]] DacOptions read_dac(Reader& reader);
/// Reads [hardware.adc] of arrays whose cells are arranged by `format`, but for range_from. Throws BadUsage.
[[nodiscard]] AdcOptions read_adc(Reader& reader, const CellFormat& format);
/// Reads of [hardware.adc] what training through converters needs, of cells arranged by `format`; `noise`: also the
/// numbers of the noise, whose law is logistic whatever hardware.adc.noise says. Throws BadUsage where converters
/// cannot be trained.
[[nodiscard]] AdcOptions read_trained_adc(Reader& reader, const CellFormat& format, bool noise);
/// Reads of [hardware.adc] what method crossbar-aware trains through, of cells arranged by `format`; `noise`: also the
/// noise. Throws BadUsage where converters cannot be trained.
[[nodiscard]] AdcOptions read_widened_adc(Reader& reader, const CellFormat& format, bool noise);
/// Reads hardware.adc.range_from: training keys of the point whose model fixes the ranges of converters; empty: the
/// point's own model does.
[[nodiscard]] Settings read_range_from(Reader& reader, const AdcOptions& adc);

}  // namespace ohmcarlo
