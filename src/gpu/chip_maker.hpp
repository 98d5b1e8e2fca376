#pragma once
// Chips on one device, for evaluation after evaluation.

#include <memory>

#include "chip/array_reads.hpp"
#include "chip/chips.hpp"
#include "chip/trained_network.hpp"
#include "device/variation.hpp"
#include "gpu/device_images.hpp"

namespace ohmcarlo::gpu {

/// Not for several threads at once.
class ChipMaker {
 public:
  explicit ChipMaker(std::shared_ptr<Device> device) : device_(std::move(device)) {}

  [[nodiscard]] const Device& device() const { return *device_; }

  /// `copies` chips with float weights, not programmed yet. The images of the last test set stay on the device. Throws
  /// BadUsage for a network that devices cannot carry out yet, and as DeviceChips does.
  [[nodiscard]] std::unique_ptr<Chips> make(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
                                            const std::shared_ptr<const EvaluationSet>& test, Index copies);
  /// Who reads the arrays of one network on the device.
  [[nodiscard]] std::shared_ptr<ArrayReads> array_reads() const;

 private:
  std::shared_ptr<Device> device_;
  std::shared_ptr<DeviceImages> images_;  ///< of the last test set
};

}  // namespace ohmcarlo::gpu
