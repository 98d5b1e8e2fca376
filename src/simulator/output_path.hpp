#pragma once
// From the numbers of arrays to the outputs of a layer.

#include <deque>
#include <functional>
#include <vector>

#include "crossbar/accumulation.hpp"
#include "crossbar/array_layer.hpp"
#include "simulator/clocked_module.hpp"

namespace ohmcarlo {

/// Which columns an array converts.
struct ArrayPlace {
  Index row_tile = 0;     ///< of those of all groups, group after group
  Index column_tile = 0;  ///< of the group
  int slice = 0;
  bool negative = false;       ///< of pairs whose lines are converted alone: the second one
  std::vector<Index> columns;  ///< among ArrayLayer::columns(), in the order in which they are converted
};

/// The arrays of a layer that have converters of their own, row tile by row tile: one a tile, slice and, where the
/// lines of a pair are converted alone, polarity. A reference column is the last one of its array.
[[nodiscard]] std::vector<ArrayPlace> converted_arrays(const ArrayLayer& layer);

/// Adds up the arrays of a layer over slices and row tiles, with what codes stand for, and takes differences of
/// columns: the products of a vector with the layer's weights, in units of both. A level of adders takes a cycle and
/// halves the row tiles that are left; levels work on one vector each. The sums of row tiles are added in the order of
/// the tiles, as the functional model does, which decides on the last bits.
class AdderTree final : public ClockedModule {
 public:
  sc_core::sc_vector<WiresIn<double>> sums;  ///< one of each converted array
  WiresOut<float> outputs{"outputs"};

  /// `levels`: enough for all row tiles, ceil(log2 of them). Layer, scales and arrays must outlive this.
  AdderTree(const sc_core::sc_module_name& name, const ArrayLayer& layer, const LayerScales& scales,
            const std::vector<ArrayPlace>& arrays, Index levels);

 private:
  SC_HAS_PROCESS(AdderTree);
  struct Added {
    Index due;
    VectorName vector;
    std::vector<float> outputs;
  };
  void act();
  void add(std::size_t array, const Bundle<double>& codes);
  void finish();

  const ArrayLayer& layer_;
  const std::vector<ArrayPlace>& arrays_;
  Index levels_;
  std::vector<Accumulation> totals_;        ///< one a group
  std::vector<Vector<double>> lsb_, zero_;  ///< [columns()] of each row tile: those of the columns' converters
  std::vector<std::vector<double>> codes_;  ///< [columns()] of each row tile
  std::size_t arrived_ = 0;                 ///< arrays of the vector
  VectorName vector_;
  std::deque<Added> added_;
  std::vector<float> outputs_;
  sc_core::sc_event_queue ready_{"ready"};
};

/// Memory for the outputs of a layer, and the bus that takes one vector after the other away, `width` values a cycle.
class OutputBuffer final : public ClockedModule {
 public:
  WiresIn<float> outputs{"outputs"};
  WiresOut<float> taken{"taken"};  ///< whole vectors

  OutputBuffer(const sc_core::sc_module_name& name, Index width);

 private:
  SC_HAS_PROCESS(OutputBuffer);
  struct Stored {
    VectorName vector;
    std::vector<float> y;
  };
  void act();

  Index width_;
  std::deque<Stored> stored_;
  std::vector<float> moved_;
  Index next_ = 0;  ///< value of the first vector
};

/// Hands vectors on to a function at the edge at which they are there.
class Outlet final : public sc_core::sc_module {
 public:
  using Take = std::function<void(const VectorName& vector, std::span<const float> values)>;
  WiresIn<float> vectors{"vectors"};

  Outlet(const sc_core::sc_module_name& name, Take take);
  /// The cycle at whose beginning the last vector so far was there.
  [[nodiscard]] Index last() const { return last_; }

 private:
  SC_HAS_PROCESS(Outlet);
  void act();

  Take take_;
  Index last_ = 0;
};

}  // namespace ohmcarlo
