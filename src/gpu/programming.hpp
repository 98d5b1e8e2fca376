#pragma once
// From lineages and addresses of chips to what a device is told of them.

#include <memory>
#include <span>

#include "gpu/device.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo::gpu {

/// Where the normals of up to kChipsAtOnce chips come from. Keeps the moves of chips in the memory of a device.
class ChipDraws {
 public:
  explicit ChipDraws(std::shared_ptr<Device> device) : device_(std::move(device)) {}

  /// Chip c has the draws of lineage c from now on. Throws std::logic_error for none, or more than kChipsAtOnce.
  void set(std::span<const Lineage> chips);

  /// The task that writes the weights of these chips, [chips, cells], at `addresses`, one a chip, of which slice 0 is
  /// meant. Throws as pack() does; std::logic_error for another number of addresses.
  [[nodiscard]] ProgramWeights task(const WeightLaw& law, std::span<const Address> addresses,
                                    const DeviceArray<float>& clean, float* weights) const;

 private:
  std::shared_ptr<Device> device_;
  ProgramWeights keys_;  ///< keys and moves of the chips, nothing else
  DeviceArray<KeyedMove> moves_;
};

}  // namespace ohmcarlo::gpu
