#pragma once
// Values of a metric as tables for people show them: shares in percent with two decimals, all else in its own unit with
// four significant digits; "-" for what is not finite.

#include <string>

#include "records/metric.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo {

/// A value: "97.25" for a share of .9725.
[[nodiscard]] std::string value_text(const Metric& metric, double value);

/// A difference of values, with its sign: "+1.25".
[[nodiscard]] std::string difference_text(const Metric& metric, double value);

/// The two ends: "96.10 .. 97.25". "-" if either is not finite.
[[nodiscard]] std::string interval_text(const Metric& metric, const Interval& interval);

/// A column's heading: "mean %" for a share, "mean" for all else.
[[nodiscard]] std::string heading_text(const Metric& metric, const std::string& name);

/// A p-value with four decimals, "<0.0001" below them, "-" for none.
[[nodiscard]] std::string p_text(double p);

/// A number with so many decimals, never "-0"; "-" if it is not finite.
[[nodiscard]] std::string number_text(double value, int decimals);

}  // namespace ohmcarlo
