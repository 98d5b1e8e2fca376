#include "app/metric_text.hpp"

#include <cmath>

#include <fmt/format.h>

#include "experiment/metric_range.hpp"

namespace ohmcarlo {

std::string value_text(const Metric& metric, double value) {
  if (!std::isfinite(value)) return "-";
  return is_share(metric) ? fmt::format("{:.2f}", 100 * value) : fmt::format("{:.4g}", value);
}

std::string difference_text(const Metric& metric, double value) {
  const std::string text = value_text(metric, value);
  return text.front() == '-' || !(value > 0) ? text : "+" + text;
}

std::string interval_text(const Metric& metric, const Interval& interval) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return "-";
  return value_text(metric, interval.low) + " .. " + value_text(metric, interval.high);
}

std::string heading_text(const Metric& metric, const std::string& name) {
  return is_share(metric) ? name + " %" : name;
}

std::string p_text(double p) {
  if (std::isnan(p)) return "-";
  return p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", p);
}

std::string number_text(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  const std::string text = fmt::format("{:.{}f}", value, decimals);
  return text.find_first_of("123456789") == std::string::npos && text.front() == '-' ? text.substr(1) : text;
}

}  // namespace ohmcarlo
