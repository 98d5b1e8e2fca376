#include "device/faults.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "device/blocks.hpp"
#include "device/chance.hpp"
#include "random/moved_words.hpp"

namespace ohmcarlo {
namespace {

using Map = std::vector<std::uint8_t>;

/// body(first, words) for the words of elements 0 .. count - 1, a block at a time.
template <class Body>
void for_words(const MovedWords& stream, std::size_t count, Body body) {
  std::array<std::uint32_t, kCellBlock> words;
  for_blocks(count, [&](std::size_t first, std::size_t size) {
    const std::span<std::uint32_t> now(words.data(), size);
    stream.words(first, now);
    body(first, std::span<const std::uint32_t>(now));
  });
}

/// out[i] = whether chance picks words[i]. A function of its own, so that no write to `out` seems to change the rest.
void choose(Chance chance, std::span<const std::uint32_t> words, std::uint8_t* out) {
  for (std::size_t i = 0; i < words.size(); ++i) out[i] = chance(words[i]) ? 1 : 0;
}

/// Each element on its own.
Map independent(double rate, const MovedWords& stream, std::size_t count) {
  Map map(count);
  const Chance stuck(rate);
  for_words(stream, count,
            [&](std::size_t first, std::span<const std::uint32_t> words) { choose(stuck, words, map.data() + first); });
  return map;
}

/// The round(rate * count) elements with the smallest words; of equal words the first elements.
Map smallest(double rate, const MovedWords& stream, std::size_t count) {
  const auto wanted = static_cast<std::size_t>(std::llround(rate * static_cast<double>(count)));
  Map map(count);
  if (wanted == 0) return map;
  // Counts by the upper half of the word say in which bin the last one lies; only that bin is sorted.
  constexpr std::uint32_t kShift = 16;
  std::vector<std::size_t> in_bin(std::size_t{1} << kShift);
  for_words(stream, count, [&](std::size_t, std::span<const std::uint32_t> words) {
    for (const std::uint32_t word : words) ++in_bin[word >> kShift];
  });
  std::size_t bin = 0;
  std::size_t below = 0;
  while (below + in_bin[bin] < wanted) below += in_bin[bin++];
  std::vector<std::pair<std::uint32_t, std::size_t>> candidates;
  for_words(stream, count, [&](std::size_t first, std::span<const std::uint32_t> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::uint32_t its_bin = words[i] >> kShift;
      map[first + i] = its_bin < bin ? 1 : 0;
      if (its_bin == bin) candidates.emplace_back(words[i], first + i);
    }
  });
  std::sort(candidates.begin(), candidates.end());
  for (std::size_t i = 0; i < wanted - below; ++i) map[candidates[i].second] = 1;
  return map;
}

/// Squares whose corners are independent. A cell lies in as many squares as a square has cells, so that it is missed by
/// all of them with probability 1 - rate. In a plane narrower than a square, squares are as narrow.
Map clusters(const Faults& faults, const PlaneShape& plane, const MovedWords& stream) {
  const auto size = static_cast<std::size_t>(faults.cluster_size);
  const std::size_t height = std::min(size, plane.outputs);
  const std::size_t width = std::min(size, plane.inputs);
  const double corner_rate = -std::expm1(std::log1p(-faults.rate) / static_cast<double>(height * width));
  const Map corners = independent(corner_rate, stream, plane.cells());
  Map map(plane.cells());
  for (std::size_t cell = 0; cell < corners.size(); ++cell) {
    if (corners[cell] == 0) continue;
    const std::size_t output = cell / plane.inputs;
    const std::size_t input = cell % plane.inputs;
    for (std::size_t down = 0; down < height; ++down) {
      const std::size_t row = (output + down) % plane.outputs * plane.inputs;
      for (std::size_t along = 0; along < width; ++along) map[row + (input + along) % plane.inputs] = 1;
    }
  }
  return map;
}

/// Ones become the code of their kind. Kinds have words of their own, so that they do not move with the rate.
void set_kinds(const Faults& faults, const MovedWords& stream, Map& map) {
  if (faults.kind == FaultKind::stuck_at_g_min) return;
  if (faults.kind == FaultKind::stuck_at_g_max) {
    for (std::uint8_t& code : map) code = static_cast<std::uint8_t>(code << 1);
    return;
  }
  const Chance at_g_max(faults.g_max_share);
  for_words(stream, map.size(), [&](std::size_t first, std::span<const std::uint32_t> words) {
    std::array<std::uint8_t, kCellBlock> chosen;
    choose(at_g_max, words, chosen.data());
    for (std::size_t i = 0; i < words.size(); ++i)
      map[first + i] = static_cast<std::uint8_t>(map[first + i] + (map[first + i] & chosen[i]));
  });
}
static_assert(kStuckAtGMin == 1 && kStuckAtGMax == 2);

/// lines[line(output, input)] for every cell.
template <class Line>
Map spread(const Map& lines, const PlaneShape& plane, Line line) {
  Map map(plane.cells());
  for (std::size_t output = 0; output < plane.outputs; ++output) {
    for (std::size_t input = 0; input < plane.inputs; ++input) {
      map[output * plane.inputs + input] = lines[line(output, input)];
    }
  }
  return map;
}

}  // namespace

Map fault_map(const Faults& faults, const PlaneShape& plane, const Lineage& chip, Address address) {
  if (faults.rate == 0 || plane.cells() == 0) return {};
  address.event = 0;
  address.purpose = Purpose::fault;
  const MovedWords which(chip, address);
  address.purpose = Purpose::fault_kind;
  const MovedWords kinds(chip, address);
  const auto lines = [&](std::size_t count) {
    Map map = independent(faults.rate, which, count);
    set_kinds(faults, kinds, map);
    return map;
  };
  switch (faults.pattern) {
    case FaultPattern::rows:
      return spread(lines(plane.inputs * plane.column_tiles()), plane, [&](std::size_t output, std::size_t input) {
        return plane.column_tile(output) * plane.inputs + input;
      });
    case FaultPattern::columns:
      return spread(lines(plane.outputs * plane.row_tiles()), plane, [&](std::size_t output, std::size_t input) {
        return input / plane.rows_of_array() * plane.outputs + output;
      });
    case FaultPattern::cells:
    case FaultPattern::count:
    case FaultPattern::clusters:
      break;
  }
  Map map = faults.pattern == FaultPattern::cells   ? independent(faults.rate, which, plane.cells())
            : faults.pattern == FaultPattern::count ? smallest(faults.rate, which, plane.cells())
                                                    : clusters(faults, plane, which);
  set_kinds(faults, kinds, map);
  return map;
}

void override_stuck(std::span<const std::uint8_t> map, float top, std::span<float> steps) {
  for (std::size_t i = 0; i < map.size(); ++i) {
    const float stuck = map[i] == kStuckAtGMax ? top : 0.0F;
    steps[i] = is_stuck(map[i]) ? stuck : steps[i];
  }
}

}  // namespace ohmcarlo
