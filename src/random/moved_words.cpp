#include "random/moved_words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/erf.hpp>

#include "random/reference.hpp"

namespace ohmcarlo {
namespace {

constexpr double kWords = 0x1p32;
constexpr std::size_t kWordBlock = 1024;

float normal_of_word(std::uint32_t word) {
  return static_cast<float>(-std::numbers::sqrt2 * boost::math::erfc_inv(2 * (word + 0.5) / kWords));
}

std::uint32_t word_of_normal(float normal) {
  const double probability = 0.5 * std::erfc(-double{normal} / std::numbers::sqrt2);
  return static_cast<std::uint32_t>(std::min(probability * kWords, kWords - 1));
}

}  // namespace

MovedWords::MovedWords(const Lineage& lineage, const Address& address) : plain_(lineage.key, address) {
  for (const Move& move : lineage.moves) moves_.emplace_back(move, Stream(move.key, address));
}

void MovedWords::words(std::uint64_t first, std::span<std::uint32_t> out) const {
  plain_.words(first, out);
  if (moves_.empty()) return;
  std::array<float, kWordBlock> normals{};
  std::array<std::uint32_t, kWordBlock> fresh{};
  for (std::size_t begin = 0; begin < out.size(); begin += kWordBlock) {
    const std::span<std::uint32_t> block = out.subspan(begin, std::min(kWordBlock, out.size() - begin));
    std::ranges::transform(block, normals.begin(), normal_of_word);
    for (const auto& [move, stream] : moves_) {
      stream.words(first + begin, {fresh.data(), block.size()});
      for (std::size_t i = 0; i < block.size(); ++i)
        normals[i] = std::fma(move.keep, normals[i], move.fresh * normal_of_word(fresh[i]));
    }
    std::transform(normals.begin(), normals.begin() + static_cast<std::ptrdiff_t>(block.size()), block.begin(),
                   word_of_normal);
  }
}

void MovedWords::uniforms(std::uint64_t first, std::span<float> out) const {
  if (moves_.empty()) return plain_.uniforms(first, out);
  std::array<std::uint32_t, kWordBlock> drawn{};
  for (std::size_t begin = 0; begin < out.size(); begin += kWordBlock) {
    const std::size_t count = std::min(kWordBlock, out.size() - begin);
    words(first + begin, {drawn.data(), count});
    std::transform(drawn.begin(), drawn.begin() + static_cast<std::ptrdiff_t>(count),
                   out.begin() + static_cast<std::ptrdiff_t>(begin), uniform_from_word);
  }
}

}  // namespace ohmcarlo
