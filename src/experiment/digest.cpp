#include "experiment/digest.hpp"

#include <cstring>

#include "base/hash.hpp"

namespace ohmcarlo {

Digest digest_of(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  const std::array<std::byte, 32> bytes = hash.bytes();
  Digest digest;
  std::memcpy(&digest, bytes.data(), sizeof digest);
  return digest;
}

std::pair<std::uint32_t, bool> DigestNumbers::find_or_add(const Digest& digest) {
  if (2 * digests_.size() >= slots_.size()) grow();
  std::uint32_t& slot = slots_[slot_of(digest)];
  if (slot != 0) return {slot - 1, false};
  digests_.push_back(digest);
  slot = static_cast<std::uint32_t>(digests_.size());
  return {slot - 1, true};
}

void DigestNumbers::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (std::size_t i = 0; i < digests_.size(); ++i) slots_[slot_of(digests_[i])] = static_cast<std::uint32_t>(i + 1);
}

/// Where it lies, or the free place where it belongs.
std::size_t DigestNumbers::slot_of(const Digest& digest) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = digest.low & mask;
  while (slots_[at] != 0 && digests_[slots_[at] - 1] != digest) at = (at + 1) & mask;
  return at;
}

}  // namespace ohmcarlo
