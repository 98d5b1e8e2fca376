#pragma once
// Reads of arrays on a device: from inputs of a layer to its outputs, noise and converters included. Cells are
// programmed by the processor, and what they hold goes over; so does everything else of a network stay with it.

#include <memory>
#include <vector>

#include "chip/array_reads.hpp"
#include "gpu/layer_arrays.hpp"

namespace ohmcarlo::gpu {

/// Not for several threads at once.
class DeviceArrays final : public ArrayReads {
 public:
  explicit DeviceArrays(std::shared_ptr<Device> device) : device_(std::move(device)) {}

  /// Read noise of cells, and codes, have the bits of the processor; sums that are not whole numbers are rounded
  /// otherwise. Arrays that devices do not read (device_reads) are read by the processor. Throws std::runtime_error,
  /// with one line, if the device fails or has too little memory.
  void read(std::size_t i, const LayerRead& read) override;

 private:
  /// Memory that is kept from read to read, and grows.
  struct Room {
    DeviceArray<float> x, codes, made, y;
    DeviceArray<std::uint64_t> events;
    DeviceArray<double> totals;
    DeviceArray<std::uint32_t> clipped;
  };
  template <class T>
  T* room(DeviceArray<T>& array, std::uint64_t size);
  /// Rows first .. first + count - 1 of what is asked for.
  void read_rows(const LayerArrays& arrays, const LayerRead& read, Index first, Index count);
  template <int kReads>
  void read_tiles(const LayerArrays& arrays, const LayerRead& read, std::uint64_t rows);
  void bring_rows(const LayerArrays& arrays, const LayerRead& read, Index first, Index count);

  std::shared_ptr<Device> device_;
  std::vector<std::unique_ptr<LayerArrays>> layers_;  ///< by their number; null: not read yet
  Room room_;
};

/// Whether a device reads arrays of this kind: not cells that vary at every read, nor cells with noise of their own
/// between wires, for which a circuit is solved at each read, nor more noise than a stream has.
[[nodiscard]] bool device_reads(const ArrayLayer& layer);

}  // namespace ohmcarlo::gpu
