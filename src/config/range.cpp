#include "config/range.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

/// Digits after the point in the shortest decimal form.
int decimals(double number) {
  const std::string text = fmt::format("{}", number);
  const std::size_t exponent = text.find('e');
  const std::string mantissa = text.substr(0, exponent);
  const std::size_t point = mantissa.find('.');
  int places = point == std::string::npos ? 0 : static_cast<int>(mantissa.size() - point - 1);
  if (point != std::string::npos && mantissa.substr(point) == ".0") places = 0;
  if (exponent != std::string::npos) places -= std::stoi(text.substr(exponent + 1));
  return std::max(places, 0);
}

double three_digits(double number) {
  const std::string text = fmt::format("{:.2e}", number);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

}  // namespace

std::vector<double> decimal_range(double start, double stop, double step, std::size_t most, const std::string& what) {
  if (!std::isfinite(start) || !std::isfinite(stop) || !std::isfinite(step) || step == 0 || (stop - start) / step < 0)
    fail_usage(
        "{}: the range {{ start = {}, stop = {}, step = {} }} never arrives (allowed: a step that leads from start to "
        "stop)",
        what, start, stop, step);
  // A little slack lets the last step reach a stop that binary rounding put just out of reach.
  const double steps = std::floor((stop - start) / step * (1 + 1e-12) + 1e-9);
  if (steps + 1 > static_cast<double>(most))
    fail_usage("{}: the range has {:.0f} values (allowed: {})", what, steps + 1, most);
  const int places = std::max(decimals(start), decimals(step));
  std::vector<double> values;
  for (int i = 0; i <= static_cast<int>(steps); ++i) {
    const std::string text = fmt::format("{:.{}f}", start + i * step, std::min(places, 300));
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    values.push_back(number == 0 ? 0.0 : number);
  }
  return values;
}

std::vector<double> decade_range(double start, double stop, int per_decade, std::size_t most, const std::string& what) {
  require(per_decade >= 1, "a value a decade or more");
  if (!std::isfinite(start) || !std::isfinite(stop) || start <= 0 || stop <= 0)
    fail_usage("{}: the decades from {} to {} (allowed: numbers above 0; also = [0] adds others)", what, start, stop);
  if (three_digits(start) != start)
    fail_usage("{}: the decades start at {} (allowed: a number of three significant digits)", what, start);
  const double decades = std::log10(stop) - std::log10(start);  // not of their ratio, which need not be finite
  const double steps = std::floor(std::abs(decades) * per_decade + 1e-9);
  if (steps + 1 > static_cast<double>(most))
    fail_usage("{}: the range has {:.0f} values (allowed: {})", what, steps + 1, most);
  const double direction = decades < 0 ? -1 : 1;
  std::vector<double> values;
  for (int i = 0; i <= static_cast<int>(steps); ++i)
    values.push_back(three_digits(std::pow(10, std::log10(start) + direction * i / per_decade)));
  return values;
}

}  // namespace ohmcarlo
