#include "statistics/looks.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

std::vector<std::size_t> looks(std::size_t min, std::size_t max, std::size_t group) {
  require(min >= 1 && min <= max && group >= 1, "1 <= min <= max, and a group of at least one chip");
  const auto whole_groups = [group](std::size_t chips) { return (chips + group - 1) / group * group; };
  std::vector<std::size_t> result;
  for (std::size_t look = whole_groups(min); look < max; look = whole_groups((5 * look + 3) / 4)) {
    result.push_back(look);
  }
  result.push_back(max);
  return result;
}

}  // namespace ohmcarlo
