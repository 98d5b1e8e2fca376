#pragma once
// Texts told apart by 16 bytes each, so that a million of them can be compared without being kept.

#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace ohmcarlo {

/// The first 16 bytes of a SHA-256: two different texts share them with a chance of 2^-128.
struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
};

[[nodiscard]] Digest digest_of(std::string_view text);

/// Numbers different digests 0, 1, 2 ... in the order in which they come.
class DigestNumbers {
 public:
  /// The number of `digest`, and whether it is new.
  std::pair<std::uint32_t, bool> find_or_add(const Digest& digest);
  [[nodiscard]] std::size_t size() const { return digests_.size(); }

 private:
  void grow();
  [[nodiscard]] std::size_t slot_of(const Digest& digest) const;

  std::vector<Digest> digests_;
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(16, 0);  ///< 0: free; else a number + 1
};

}  // namespace ohmcarlo
