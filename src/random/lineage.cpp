#include "random/lineage.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ohmcarlo {

MovedStream::MovedStream(const Lineage& lineage, const Address& address) : plain_(lineage.key, address) {
  for (const Move& move : lineage.moves) moves_.emplace_back(move, Stream(move.key, address));
}

void MovedStream::normals(std::uint64_t first, std::span<float> out) const {
  plain_.normals(first, out);
  constexpr std::size_t kBlock = 1024;
  std::array<float, kBlock> fresh{};
  for (const auto& [move, stream] : moves_) {
    for (std::size_t begin = 0; begin < out.size(); begin += kBlock) {
      const std::size_t count = std::min(kBlock, out.size() - begin);
      stream.normals(first + begin, {fresh.data(), count});
      for (std::size_t i = 0; i < count; ++i)
        out[begin + i] = std::fma(move.keep, out[begin + i], move.fresh * fresh[i]);
    }
  }
}

}  // namespace ohmcarlo
