#pragma once
// From a layer's input buffer to the word lines of its arrays.

#include <deque>
#include <vector>

#include "crossbar/array_layer.hpp"
#include "simulator/clocked_module.hpp"

namespace ohmcarlo {

/// Memory for input vectors in front of a layer, and the bus that brings one vector after the other to the drivers of
/// all row tiles, `width` values a cycle. It begins with a vector once the drivers have taken the one before.
class InputBuffer final : public ClockedModule {
 public:
  WiresOut<float> beats{"beats"};
  sc_core::sc_in<std::uint64_t> taken{"taken"};  ///< vectors that the drivers have taken

  InputBuffer(const sc_core::sc_module_name& name, Index width);

  /// Puts a vector behind those that wait. Takes no time: data that come from outside are there already, and what other
  /// layers give has been brought by their output buses.
  void store(const VectorName& vector, std::span<const float> x);

 private:
  SC_HAS_PROCESS(InputBuffer);
  struct Stored {
    VectorName vector;
    std::vector<float> x;
  };
  void act();

  Index width_;
  std::deque<Stored> stored_;
  Stored moving_;
  Index moved_ = 0;            ///< values of moving_
  std::uint64_t brought_ = 0;  ///< whole vectors
};

/// Arrays of one row tile: one for each column tile, slice and polarity.
[[nodiscard]] Index arrays_of_row_tile(const ArrayLayer& layer);

/// The drivers of the word lines of one row tile, of each of its arrays: inputs become codes as they arrive, and the
/// digits of a whole vector are applied one after the other, each for a stage, while the next vector arrives.
class SerialDac final : public ClockedModule {
 public:
  WiresIn<float> beats{"beats"};
  WiresOut<float> digits{"digits"};               ///< what is applied to the word lines of the tile
  sc_core::sc_out<std::uint64_t> taken{"taken"};  ///< vectors that were taken from the bus

  /// Of row tile `row_tile` of all row tiles of all groups, whose inputs a vector holds group after group. A digit
  /// drives the lines for `read` cycles and the next one follows after `stage`, at least as many.
  SerialDac(const sc_core::sc_module_name& name, const ArrayLayer& layer, const InputCoding& coding, Index row_tile,
            Index read, Index stage);

 private:
  SC_HAS_PROCESS(SerialDac);
  void act();
  void receive(const Bundle<float>& beat);
  void take_vector();
  void apply_digit();

  InputCoding coding_;
  Index first_, rows_, arrays_, read_cycles_, stage_;
  std::vector<float> arriving_, codes_, digits_;  ///< of the tile's rows
  VectorName arrived_, vector_;
  bool complete_ = false;  ///< whether a whole vector has arrived and waits
  bool applying_ = false;
  int digit_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace ohmcarlo
