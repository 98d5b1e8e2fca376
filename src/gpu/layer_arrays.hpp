#pragma once
// The arrays of one layer in the memory of a device.

#include <memory>
#include <vector>

#include "crossbar/array_layer.hpp"
#include "gpu/device.hpp"

namespace ohmcarlo::gpu {

/// Whether read noise is drawn for every cell.
[[nodiscard]] bool draws_cells(const ArrayOptions& options);

/// Not for several threads at once.
class LayerArrays {
 public:
  /// Of a layer with these scales, which never change. Brings nothing over of what cells hold.
  LayerArrays(std::shared_ptr<Device> device, const ArrayLayer& layer, const LayerScales& scales);

  /// Brings over what the cells of the layer hold if they were written since the last call.
  void follow(const ArrayLayer& layer);

  /// Whether sums are made by SumCells: read noise is drawn for every cell.
  [[nodiscard]] bool draws_cells() const { return draws_cells_; }
  [[nodiscard]] const DigitCoding& coding() const { return coding_; }
  [[nodiscard]] const WordLines& lines() const { return lines_; }

  // Tasks of a group on the layer that was followed, for the reads of this chip; what a batch has is left out: codes,
  // events, rows, and where results go.
  [[nodiscard]] SumCells sum_cells(const ArrayLayer& layer, Index group, const ChipKey& chip) const;
  template <int kReads>
  [[nodiscard]] ReadTiles<kReads> read_tiles(const ArrayLayer& layer, Index group, const ChipKey& chip) const;
  [[nodiscard]] FinishRead finish_read(const ArrayLayer& layer, Index group) const;

 private:
  /// Of one group; arrays that nothing needs are empty.
  struct Group {
    DeviceArray<float> levels, variances, conducting;  ///< [inputs, width]
    DeviceArray<float> zero, per_lsb;                  ///< [row tiles, columns] of converters
    DeviceArray<double> lsb, zero_value;               ///< the same in double
    DeviceArray<double> shifted;                       ///< [outputs]
  };
  void bring_converters(const ArrayLayer& layer, Index group);
  void bring_planes(const ArrayLayer& layer);
  void bring(std::span<const float> values, DeviceArray<float>& to);
  [[nodiscard]] ColumnNoise column_noise(const ArrayLayer& layer, Index group, const ChipKey& chip) const;
  [[nodiscard]] ConverterNoise converter_noise(const ArrayLayer& layer, Index group, const ChipKey& chip) const;

  std::shared_ptr<Device> device_;
  const InputCoding applied_;
  std::vector<Quantiser> quantisers_;
  bool draws_cells_;
  DigitCoding coding_;
  WordLines lines_;
  std::uint64_t revision_ = 0;  ///< of the layer that was followed; 0: none yet
  std::vector<Group> groups_;
  DeviceArray<float> cells_[2];              ///< of either polarity [slices, inputs, columns of all groups]
  DeviceArray<std::uint8_t> digital_signs_;  ///< [inputs, outputs]: 1 where it is -
};

}  // namespace ohmcarlo::gpu
