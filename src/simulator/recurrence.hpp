#pragma once
// What closes the loop of an LSTM layer: its activation tables, its element-wise units, and the registers of its cells.

#include <deque>
#include <optional>
#include <vector>

#include "network/lstm.hpp"
#include "simulator/input_path.hpp"

namespace ohmcarlo {

/// Sigmoid and tanh of an LSTM, from tables or, as an ideal, exact: five tables for each element-wise unit, those of
/// its gates and of its cell.
class ActivationTables final : public ClockedModule {
 public:
  ActivationTables(const sc_core::sc_module_name& name, const LstmSpec& spec);

  /// Looks up all functions of so many cells, one after the other in a pipeline of two cycles.
  void look_up(Index cells) { occupy(2, 5 * cells / 2.0); }
  [[nodiscard]] const GateTables<float>* tables() const { return tables_ ? &*tables_ : nullptr; }

 private:
  std::optional<GateTables<float>> tables_;
};

/// The units that make new cells and outputs of the gates of an LSTM (network/lstm.hpp), `units` cells at a time: three
/// cycles for the three products with their sums. The two look-ups of a pipeline make a vector appear two cycles after
/// its last cells; the next vector may begin meanwhile. Every lane has cells of its own, which position 0 sets to 0.
class ElementWiseUnit final : public ClockedModule {
 public:
  WiresIn<float> gates{"gates"};  ///< sums of all gates without bias, [4 hidden]
  WiresOut<float> h{"h"};

  /// `bias` [4 hidden]; bias and tables must outlive this.
  ElementWiseUnit(const sc_core::sc_module_name& name, const LstmSpec& spec, const Vector<float>& bias,
                  ActivationTables& tables, Index units, Index lanes);

 private:
  SC_HAS_PROCESS(ElementWiseUnit);
  struct Waiting {
    VectorName vector;
    std::vector<float> values;
  };
  void act();
  void start();
  void update(Index first, Index count);
  void show_finished();

  Index hidden_, units_;
  const Vector<float>& bias_;
  ActivationTables& tables_;
  std::vector<std::vector<float>> cells_;  ///< of each lane
  std::deque<Waiting> waiting_;
  std::vector<float> made_;       ///< h of the first vector, as far as it is made
  std::deque<Waiting> finished_;  ///< h of vectors in the pipeline of look-ups
  std::vector<float> h_;
  Index next_ = 0;  ///< cell of the first vector
  sc_core::sc_event_queue ready_{"ready"};
};

/// The registers in front of an LSTM's input buffer that put frame and h side by side: a frame waits until h of the
/// step before it is there. Every lane has registers of its own.
class Recurrence final : public sc_core::sc_module {
 public:
  WiresIn<float> h{"h"};

  Recurrence(const sc_core::sc_module_name& name, const LstmSpec& spec, Index lanes, InputBuffer& to);

  /// A frame [inputs] of the sequence of lane vector.lane is there, after those before it.
  void offer(const VectorName& vector, std::span<const float> x);

 private:
  SC_HAS_PROCESS(Recurrence);
  struct Frame {
    VectorName vector;
    std::vector<float> x;
  };
  struct Lane {
    std::deque<Frame> frames;
    std::vector<float> h;
    bool ready = true;  ///< whether h is that of the step before the next frame
  };
  void act();
  void pass_on(Lane& lane);

  std::vector<Lane> lanes_;
  InputBuffer& to_;
};

}  // namespace ohmcarlo
