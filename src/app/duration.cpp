#include "app/duration.hpp"

#include <cmath>
#include <regex>

#include "base/error.hpp"

namespace ohmcarlo {

double parse_duration(const std::string& option, const std::string& text) {
  static const std::regex pattern(R"((?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?)");
  std::smatch parts;
  double seconds = 0;
  if (std::regex_match(text, parts, pattern)) {
    constexpr double kUnits[] = {86400, 3600, 60, 1};
    for (std::size_t i = 0; i < 4; ++i)
      if (parts[i + 1].matched) seconds += std::stod(parts[i + 1]) * kUnits[i];
  }
  if (!(seconds > 0))
    fail_usage("{} {}: not a duration (allowed: like 3h55m, 90m, 45s, or seconds, more than 0)", option, text);
  return seconds;
}

std::string format_duration(double seconds) {
  const long whole = std::lround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace ohmcarlo
