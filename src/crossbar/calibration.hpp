#pragma once
// What is fixed before a chip is programmed: the scale of the inputs, the ranges of the converters.

#include <map>
#include <vector>

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// Calibration from inputs that come in parts, so that the patches of a convolution need not be kept. The scales are:
/// the largest |input| gets the largest code; the range of a converter is +-(largest |sum| of a column over all inputs,
/// digits and slices), from 0 where sums cannot be negative. What options fix is taken from there.
/// Trained ranges (RangeKind::trained) end at the largest code of the scale that training has found; inputs then have
/// the full scale of training where options fix none, and codes with a sign if they had one in training. Widened ranges
/// (RangeKind::widened) and full scales go on from those: nothing becomes smaller or loses its sign, and the scales are
/// rounded to float as networks keep them, so that the same inputs never change them again.
/// A range in which nothing ever flows, or nothing below the percentile, is that of one cell fully on.
class Calibration {
 public:
  /// `ideal`, a layer whose cells have no errors, must outlive this. `trained` is used for trained and widened ranges.
  explicit Calibration(const ArrayLayer& ideal, TrainedScale trained = {});

  /// Takes a part x [n, inputs] of the inputs. All parts come first, in any order.
  void see_inputs(View<const float> x);
  /// Whether every part must be given to see_sums, too, once see_inputs has had all of them.
  [[nodiscard]] bool needs_sums() const;
  /// Takes the column sums that a part x [n, inputs] of the inputs causes in the arrays of a group, whose inputs they
  /// are.
  void see_sums(View<const float> x, Index group = 0);
  [[nodiscard]] LayerScales scales() const;

 private:
  /// |sums| counted in classes of relative width 2^-11: percentiles of any number of values in little memory.
  class Magnitudes {
   public:
    void add(float value);
    /// The upper end of the class that the percentile lies in, 0 for that of 0.
    [[nodiscard]] double percentile(double percent) const;

   private:
    std::map<std::uint32_t, std::uint64_t> counts_;
  };
  struct Extent {
    double largest = 0;
    Magnitudes magnitudes;
  };
  [[nodiscard]] InputCoding coding() const;
  /// A range that ends at the largest code, of which one stands for `scale` currents of one cell fully on.
  [[nodiscard]] Quantiser by_scale(double scale, bool bipolar, double full_on) const;
  [[nodiscard]] double largest_code(bool bipolar) const;

  const ArrayLayer& ideal_;
  TrainedScale trained_;
  float lowest_ = 0;             ///< input
  float largest_ = 0;            ///< |input|
  std::vector<Extent> extents_;  ///< of every granule
};

/// The scales of one layer with trained ranges, if its inputs have the full scale `trained.dac` (or that of the
/// options).
[[nodiscard]] LayerScales trained_scales(const ArrayLayer& ideal, TrainedScale trained);

/// The scales of one layer from calibration inputs x [n, inputs] that are all there.
[[nodiscard]] LayerScales calibrate(const ArrayLayer& ideal, View<const float> x);

}  // namespace ohmcarlo
