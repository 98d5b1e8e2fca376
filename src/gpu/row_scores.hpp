#pragma once
// What a group of chips made of the rows of a list, kept and added up on a device.

#include <memory>
#include <vector>

#include "gpu/device_images.hpp"
#include "network/loss.hpp"

namespace ohmcarlo::gpu {

class RowScores {
 public:
  /// Of `chips` chips, with room for `rows` rows; more is made when it is needed.
  RowScores(std::shared_ptr<Device> device, std::size_t chips, std::size_t classes, std::size_t rows);

  /// Bytes that one takes on a device.
  [[nodiscard]] static std::size_t bytes(std::size_t chips, std::size_t classes, std::size_t rows);

  /// Makes room for the rows of a list.
  void begin(const ListOnDevice& list);
  /// Takes the logits [any, chips * classes] of inputs first .. first + count - 1 of the list.
  void add(const ListOnDevice& list, std::size_t first, std::size_t count, const float* logits);

  /// The tallies of the first `chips` chips, once all rows of the list are added. Sums are made in an order that the
  /// number of rows decides.
  [[nodiscard]] std::vector<Tally> tallies(const ListOnDevice& list, std::size_t chips);
  /// The scores of all rows of the list, [rows, chips].
  [[nodiscard]] std::vector<RowScore> scores(const ListOnDevice& list) const;

 private:
  std::shared_ptr<Device> device_;
  std::size_t chips_, classes_;
  DeviceArray<RowScore> scores_;
  DeviceArray<ScoreSums> lanes_, sums_;
  DeviceArray<std::uint32_t> counts_;
};

}  // namespace ohmcarlo::gpu
