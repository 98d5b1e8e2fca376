#include "data/split.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/image_files.hpp"

namespace ohmcarlo {

Split split_validation(std::size_t count, std::size_t held_out, std::uint64_t key) {
  require(count <= std::numeric_limits<std::uint32_t>::max(), "fewer than 2^32 images");
  check_validation(count, held_out);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order(count);
  for (std::uint32_t index = 0; index < count; ++index) order[index] = {mix64(key ^ mix64(index)), index};
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(held_out);
  std::nth_element(order.begin(), border, order.end());

  Split split;
  for (auto entry = order.begin(); entry != order.end(); ++entry) {
    (entry < border ? split.validation : split.training).push_back(entry->second);
  }
  std::sort(split.training.begin(), split.training.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

}  // namespace ohmcarlo
