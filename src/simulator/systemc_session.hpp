#pragma once
// The machines of all weight layers in one simulation, and SystemC's kernel under them.

#include <exception>
#include <memory>
#include <vector>

#include "simulator/layer_machine.hpp"
#include "simulator/simulate.hpp"

namespace ohmcarlo {

/// A kernel of SystemC of its own, so that a process can simulate one machine after the other: while this lives, all
/// that SystemC makes belongs to it.
class OwnKernel {
 public:
  OwnKernel();
  OwnKernel(const OwnKernel&) = delete;
  OwnKernel& operator=(const OwnKernel&) = delete;
  ~OwnKernel();

 private:
  std::unique_ptr<sc_core::sc_simcontext> own_;
  sc_core::sc_simcontext* current_;
  sc_core::sc_simcontext* global_;
};

/// One simulation.
class SystemcSession {
 public:
  /// Of the chip that `network` was programmed as, which must outlive this. Opens the trace if there is one. Throws
  /// BadUsage if it cannot be written.
  SystemcSession(const ArrayNetwork& network, const SimulationOptions& options);
  SystemcSession(const SystemcSession&) = delete;
  SystemcSession& operator=(const SystemcSession&) = delete;
  ~SystemcSession();

  [[nodiscard]] std::size_t layers() const { return machines_.size(); }
  [[nodiscard]] LayerMachine& layer(std::size_t i) { return *machines_[i]; }
  [[nodiscard]] const LayerDesign& design(std::size_t i) const { return designs_[i]; }
  /// From now on layer `i` gives its outputs to `take`. What it throws ends run().
  void connect(std::size_t i, Outlet::Take take) { takes_[i] = std::move(take); }

  /// The cycle that begins now.
  [[nodiscard]] Index now() const { return ClockedModule::now(); }
  /// Goes on until no module has anything to do.
  void run();

  /// What all modules have done so far.
  [[nodiscard]] std::vector<ModuleActivity> modules() const;

 private:
  OwnKernel kernel_;
  std::vector<LayerDesign> designs_;
  std::vector<Outlet::Take> takes_;
  std::exception_ptr error_;
  std::vector<std::unique_ptr<LayerMachine>> machines_;
  sc_core::sc_trace_file* trace_ = nullptr;
};

}  // namespace ohmcarlo
