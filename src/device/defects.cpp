#include "device/defects.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "device/blocks.hpp"
#include "device/chance.hpp"
#include "device/exp_minus_one.hpp"
#include "device/faults.hpp"
#include "random/moved_words.hpp"

namespace ohmcarlo {

bool Defects::in(std::uint32_t layer) const {
  return layers.empty() || std::find(layers.begin(), layers.end(), layer) != layers.end();
}

std::string problem(const Defects& defects) {
  if (defects.sigma_low <= defects.sigma_high) return {};
  return fmt::format("the range of sigma runs from {:g} down to {:g}", defects.sigma_low, defects.sigma_high);
}

std::vector<std::uint8_t> defect_map(const Defects& defects, std::size_t cells, const Lineage& chip, Address address) {
  if (defects.rate == 0 || !defects.in(address.layer)) return {};
  address.event = 0;
  address.purpose = Purpose::defect;
  const MovedWords which(chip, address);
  address.purpose = Purpose::defect_kind;
  const MovedWords kinds(chip, address);
  const Chance defective(defects.rate);
  const Chance stuck(defects.stuck_share);
  std::vector<std::uint8_t> map(cells);
  std::array<std::uint32_t, kCellBlock> which_words;
  std::array<std::uint32_t, kCellBlock> kind_words;
  for_blocks(cells, [&](std::size_t first, std::size_t count) {
    which.words(first, {which_words.data(), count});
    kinds.words(first, {kind_words.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t kind = stuck(kind_words[i]) ? kStuckAtGMin : kVaried;
      map[first + i] = defective(which_words[i]) ? kind : kFree;
    }
  });
  return map;
}

void vary_defective(const Defects& defects, const CellRange& range, const Lineage& chip, Address address,
                    std::size_t first, std::span<const std::uint8_t> map, std::span<float> steps) {
  address.event = 0;
  address.purpose = Purpose::defect_sigma;
  const MovedWords sigmas(chip, address);
  address.purpose = Purpose::programming;
  const MovedStream normals(chip, address);
  const auto pedestal = static_cast<float>(range.pedestal());
  const auto low = static_cast<float>(defects.sigma_low);
  const auto width = static_cast<float>(defects.sigma_high - defects.sigma_low);
  std::array<float, kCellBlock> u;
  std::array<float, kCellBlock> z;
  for_blocks(steps.size(), [&](std::size_t begin, std::size_t count) {
    const auto codes = map.subspan(begin, count);
    if (std::find(codes.begin(), codes.end(), kVaried) == codes.end()) return;
    sigmas.uniforms(first + begin, {u.data(), count});
    normals.normals(first + begin, {z.data(), count});
    float* cell = steps.data() + begin;
    for (std::size_t i = 0; i < count; ++i) {
      const float varied = cell[i] + (cell[i] + pedestal) * exp_minus_one((low + width * u[i]) * z[i]);
      cell[i] = codes[i] == kVaried ? varied : cell[i];
    }
  });
}

std::vector<VariedCell> varied_cells(const Defects& defects, std::size_t cells, const Lineage& chip, Address address) {
  const std::vector<std::uint8_t> map = defect_map(defects, cells, chip, address);
  address.event = 0;
  address.purpose = Purpose::defect_sigma;
  std::vector<float> u(map.size());
  MovedWords(chip, address).uniforms(0, u);
  const auto low = static_cast<float>(defects.sigma_low);
  const auto width = static_cast<float>(defects.sigma_high - defects.sigma_low);
  std::vector<VariedCell> found;
  for (std::size_t i = 0; i < map.size(); ++i)
    if (map[i] == kVaried) found.push_back({static_cast<std::uint32_t>(i), low + width * u[i]});
  return found;
}

}  // namespace ohmcarlo
