#pragma once
// From the word lines of an array to its numbers: cells, sample-and-holds, converters, shift-and-add.

#include <array>
#include <vector>

#include "crossbar/digit_read.hpp"
#include "periphery/quantiser.hpp"
#include "simulator/input_path.hpp"

namespace ohmcarlo {

/// The cells of the arrays of one row tile, all of which the same word lines drive. A read of one digit takes `read`
/// cycles; then the sums of all columns [width()] are there, noise included.
class Crossbar final : public ClockedModule {
 public:
  WiresIn<float> digits{"digits"};
  WiresOut<float> sums{"sums"};

  /// Of row tile `row_tile` of all row tiles of all groups, group after group, of the chip that `layer` was programmed
  /// as. Layer and chip must outlive this.
  Crossbar(const sc_core::sc_module_name& name, const ArrayLayer& layer, const InputCoding& coding, const ChipKey& chip,
           Index row_tile, Index read);

 private:
  SC_HAS_PROCESS(Crossbar);
  void act();

  DigitRead cells_;
  Index row_tile_, arrays_, read_cycles_;
  std::array<std::vector<float>, 2> sums_;  ///< of the read that goes on, and of the one before
  std::size_t current_ = 0;
  VectorName vector_;
  int digit_ = 0;
};

/// Holds the sums of the columns of one array while they are converted.
class SampleAndHold final : public ClockedModule {
 public:
  WiresIn<float> sums{"sums"};
  WiresOut<float> held{"held"};

  /// `columns`: places of the array's columns among the sums of its row tile. They are occupied for `stage` cycles a
  /// read.
  SampleAndHold(const sc_core::sc_module_name& name, std::vector<Index> columns, Index stage);

 private:
  SC_HAS_PROCESS(SampleAndHold);
  void act();

  std::vector<Index> columns_;
  Index stage_;
  std::vector<float> held_;
};

/// The converters of one array, which share its columns: each makes a conversion a cycle, so that as many columns as
/// there are converters become codes in a cycle, the first ones first.
class Converters final : public ClockedModule {
 public:
  WiresIn<float> held{"held"};
  WiresOut<float> codes{"codes"};

  /// `ranges`: the transfer at each column of the array. `count`: converters, at least 1.
  Converters(const sc_core::sc_module_name& name, std::vector<Quantiser> ranges, Index count);

 private:
  SC_HAS_PROCESS(Converters);
  void act();

  std::vector<Quantiser> ranges_;
  Index count_;
  Bundle<float> input_;
  std::vector<float> codes_;
  Index next_ = 0;  ///< column
};

/// Adds up the codes of one array over the digits of a vector: 2^(digit + first bit of the slice) times each code. The
/// sums are there a cycle after the last code.
class ShiftAdd final : public ClockedModule {
 public:
  WiresIn<float> codes{"codes"};
  WiresOut<double> sums{"sums"};

  /// For an array with `columns` columns whose slice counts `slice_weight`.
  ShiftAdd(const sc_core::sc_module_name& name, const InputCoding& coding, double slice_weight, Index columns);

 private:
  SC_HAS_PROCESS(ShiftAdd);
  void act();

  InputCoding coding_;
  double slice_weight_;
  std::vector<double> total_, sums_;
  VectorName vector_;
};

}  // namespace ohmcarlo
