#include "random/address.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"

namespace ohmcarlo {
namespace {

constexpr int kLayerBits = 10;
constexpr int kReplicaBits = 10;
constexpr int kTrialBits = 22;
constexpr int kSliceBits = 5;
constexpr int kEventBits = 40;
static_assert(8 + kLayerBits + kReplicaBits + kTrialBits + kSliceBits + 1 + kEventBits == 96);

void check(const char* field, std::uint64_t value, int bits) {
  const std::uint64_t largest = (std::uint64_t{1} << bits) - 1;
  if (value > largest) {
    fail_usage("{} {} is beyond what addresses of random numbers hold (at most {})", field, value, largest);
  }
}

}  // namespace

PackedAddress pack(const Address& a) {
  require(a.purpose != Purpose::none, "a random number is drawn without a purpose");
  check("layer", a.layer, kLayerBits);
  check("replica", a.replica, kReplicaBits);
  check("trial", a.trial, kTrialBits);
  check("slice", a.slice, kSliceBits);
  check("event", a.event, kEventBits);
  constexpr std::uint32_t kLowTrial = (1U << 18) - 1;
  return {static_cast<std::uint32_t>(a.event),
          (a.trial & kLowTrial) << 14 | a.slice << 9 | (a.negative ? 1U : 0U) << 8 |
              static_cast<std::uint32_t>(a.event >> 32),
          static_cast<std::uint32_t>(a.purpose) << 24 | a.layer << 14 | a.replica << 4 | a.trial >> 18};
}

std::uint64_t derived_key(std::uint64_t seed, std::uint64_t text_hash) {
  return mix64(mix64(seed) ^ text_hash);
}

}  // namespace ohmcarlo
