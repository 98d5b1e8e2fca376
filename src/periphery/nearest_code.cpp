#include "periphery/nearest_code.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace ohmcarlo {
namespace {

constexpr std::size_t kTogether = 128;  // few enough that most of them are certain
constexpr double kLargestQuick = 2048;  // of codes in single precision

/// In single precision, by a product. Says whether all are certain: its roundings and that of `per_unit` come to less
/// than 2^-22 of the quotient, which matters near halves alone.
bool nearest_certain(float per_unit, const CodeRange& range, std::span<const float> x, float* codes) {
  const auto lowest = static_cast<float>(range.lowest), highest = static_cast<float>(range.highest);
  const auto added = static_cast<float>(range.added);
  const float certain = 0.5F - (std::max(highest, -lowest) + 2) * 0x1p-21F;
  int doubtful = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float quotient = x[i] * per_unit, nearest = std::nearbyint(quotient);
    doubtful |= static_cast<int>(std::fabs(quotient - nearest) > certain);
    codes[i] = std::clamp(nearest, lowest, highest) + added;
  }
  return doubtful == 0;
}

void nearest_exactly(double largest, double full_scale, const CodeRange& range, std::span<const float> x,
                     float* codes) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double nearest = std::nearbyint(x[i] * largest / full_scale);
    codes[i] = static_cast<float>(std::clamp(nearest, range.lowest, range.highest) + range.added);
  }
}

}  // namespace

void nearest_codes(std::span<const float> x, double largest, double full_scale, const CodeRange& range, float* codes) {
  const auto per_unit = static_cast<float>(largest / full_scale);
  const bool quick = std::max(range.highest, -range.lowest) <= kLargestQuick && std::isnormal(per_unit);
  for (std::size_t first = 0; first < x.size(); first += kTogether) {
    const auto part = x.subspan(first, std::min(kTogether, x.size() - first));
    if (!quick || !nearest_certain(per_unit, range, part, codes + first))
      nearest_exactly(largest, full_scale, range, part, codes + first);
  }
}

}  // namespace ohmcarlo
