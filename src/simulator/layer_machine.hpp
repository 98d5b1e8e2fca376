#pragma once
// The modules of one weight layer and the wires between them.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accelerator/design.hpp"
#include "network/lstm.hpp"
#include "simulator/array_path.hpp"
#include "simulator/input_path.hpp"
#include "simulator/output_path.hpp"
#include "simulator/recurrence.hpp"

namespace ohmcarlo {

/// What a weight layer is made of. What is referred to must outlive the machine.
struct MachineParts {
  const ArrayLayer& layer;  ///< programmed as a chip
  const LayerScales& scales;
  const ChipKey& chip;  ///< of the noise of reads
  LayerTiming timing;
  std::optional<LstmSpec> lstm;  ///< of a recurrent layer
  const Vector<float>* bias;     ///< of a recurrent layer, whose units add it
};

/// A weight layer as a clocked machine. Input vectors go in, those of all groups side by side, and a function is called
/// with the outputs of each: of an LSTM with h, else with the products [outputs], to which biases are still to be
/// added.
class LayerMachine final : public sc_core::sc_module {
 public:
  LayerMachine(const sc_core::sc_module_name& name, const MachineParts& parts, const AcceleratorOptions& options,
               Outlet::Take take);

  /// An input vector is there, [groups * inputs], after those before it; of an LSTM a frame of the sequence in
  /// vector.lane.
  void store(const VectorName& vector, std::span<const float> x);
  /// The cycle at whose beginning the last outputs so far were there.
  [[nodiscard]] Index last_output() const { return outlet_->last(); }

  struct Module {
    std::string
        name;  ///< "adc_0_1_0": component, row tile of all groups, column tile, slice, as far as there are several
    ClockedModule* module;
  };
  [[nodiscard]] const std::vector<Module>& modules() const { return modules_; }
  /// Writes what the modules show each other, and when they are busy, to the trace. To be called before the start.
  void trace_modules(sc_core::sc_trace_file* file);

 private:
  template <class T>
  Wires<T>& wires(const std::string& name);
  template <class M, class... Arguments>
  M& make(const std::string& name, Arguments&&... arguments);
  void make_input(const MachineParts& parts, const AcceleratorOptions& options);
  void make_arrays(const MachineParts& parts, const AcceleratorOptions& options);
  void make_output(const MachineParts& parts, const AcceleratorOptions& options, Outlet::Take take);

  std::vector<ArrayPlace> places_;
  std::vector<std::shared_ptr<void>> owned_;  ///< modules and wires
  std::vector<Module> modules_;
  std::vector<Wires<float>*> shown_;
  std::vector<Wires<float>*> sums_of_tiles_;
  InputBuffer* input_ = nullptr;
  AdderTree* tree_ = nullptr;
  Recurrence* recurrence_ = nullptr;
  Outlet* outlet_ = nullptr;
};

}  // namespace ohmcarlo
