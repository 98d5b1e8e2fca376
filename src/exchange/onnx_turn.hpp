#pragma once
// The order of activations in a file against that of this program's layers; private to exchange/.

#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

using Sizes = std::vector<Index>;

/// Files turn activations, [images, channels, height, width] to [images, height, width, channels] and back. Values of
/// one image stay where the layer before has put them, and this says where that is: the file's values, last axis
/// fastest, are those of axes (in the order of the file) of which each has a place among the axes of what lies here.
/// What reshapes activations leaves the order as it is.
class Turn {
 public:
  /// Values lie as in the file.
  Turn() = default;
  /// Of values that lie here as `sizes` say, last axis fastest, and in the file with axis order[i] at place i.
  Turn(const Sizes& sizes, const Sizes& order);

  [[nodiscard]] bool is_plain() const { return sizes_.size() < 2; }
  bool operator==(const Turn&) const = default;

  /// What becomes of it where activations of the shape `shape` are turned, perm[i] being the axis that comes to place
  /// i. False if their axes are none of those that were turned before: nothing is changed.
  [[nodiscard]] bool transpose(const Sizes& shape, const Sizes& perm);
  /// For `count` values in the order of the file: where they lie here.
  [[nodiscard]] std::vector<Index> places(Index count) const;

 private:
  bool split(const Sizes& shape, std::vector<std::size_t>& ends);
  void join();

  Sizes sizes_;   ///< of the axes in the order of the file, none of size 1
  Sizes places_;  ///< of each axis among those of the values here
};

}  // namespace ohmcarlo
