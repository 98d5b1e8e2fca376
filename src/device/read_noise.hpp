#pragma once
// Read noise: the error of a cell's conductance at one read.

#include <cstdint>
#include <string>

#include "device/cell.hpp"
#include "device/sd_law.hpp"

namespace ohmcarlo {

enum class ReadNoiseLaw : std::uint8_t {
  gaussian,      ///< sd = sigma (g_max - g_min)
  proportional,  ///< sd = sigma g
  polynomial,    ///< sd as fitted to devices
};

/// The values of the laws that are not chosen do not count.
struct ReadNoise {
  ReadNoiseLaw law = ReadNoiseLaw::gaussian;
  double sigma = 0;  ///< gaussian, proportional; >= 0
  FittedSd fit{};    ///< polynomial
};

/// The sd of a realised conductance g, which may lie outside of [g_min, g_max] after programming. It follows the
/// quadratic of the range there, and its sign does not count: sigma |g|, and |c0 + c1 x + c2 x^2|, which for the
/// published fit vanishes at -10.6 and 113.1 microsiemens. Nothing is brought back into the range first.
[[nodiscard]] SdLaw sd_law(const ReadNoise& noise, const CellRange& range);

/// Why the law cannot serve cells whose targets are of this range, empty if it can.
[[nodiscard]] std::string problem(const ReadNoise& noise, const CellRange& range);

}  // namespace ohmcarlo
