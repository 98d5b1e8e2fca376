#pragma once
// What an inference takes: cycles, energy, area and the use of every kind of module, in closed form.

#include <array>
#include <string>
#include <vector>

#include "accelerator/design.hpp"

namespace ohmcarlo {

/// Modules of one kind in one layer.
struct ModuleUse {
  double count = 0;  ///< pieces
  double busy = 0;   ///< cycles of a run in which a piece is busy, added up over the pieces
};

/// Operations a second, two for each multiply-accumulate.
struct Ceilings {
  double reads = 0;       ///< if arrays were read without a pause
  double converters = 0;  ///< if converters worked without a pause, and nothing else took time
  double buses = 0;       ///< if vectors and sums were all that took time
  double peak = 0;        ///< of the stages of reads and conversions together: the lower of the first two
};

/// One layer in one run.
struct LayerAccount {
  LayerDesign design;
  LayerTiming timing;
  double vectors = 0;                           ///< input vectors of the run
  std::array<ModuleUse, kComponents> modules;   ///< by Component
  std::array<double, kComponents> energy_pj{};  ///< of the run by Component, picojoules, that of waiting included
  double operations = 0;                        ///< of the run, two for each multiply-accumulate
  Ceilings ceilings;

  [[nodiscard]] const ModuleUse& of(Component component) const { return modules[static_cast<std::size_t>(component)]; }
  /// Picojoules of all modules, which add up to the run's.
  [[nodiscard]] double energy() const;
};

/// A run: one image, or sequences of the same length that take turns.
struct Account {
  double inferences = 1;  ///< images or sequences of the run
  double cycles = 0;      ///< from its first input to its last output
  double cycle_time = 0;  ///< seconds
  std::vector<LayerAccount> layers;
  double area_mm2 = 0;  ///< of all modules, square millimetres

  /// Cycles of one inference: those of the run divided by its inferences.
  [[nodiscard]] double inference_cycles() const { return cycles / inferences; }
  /// Picojoules of one inference, of one kind of module or of all.
  [[nodiscard]] double inference_energy(Component component) const;
  [[nodiscard]] double inference_energy() const;
  /// Share of the run's cycles in which the modules of one kind are busy, 0 to 1, averaged over them; NaN if there are
  /// none.
  [[nodiscard]] double utilisation(Component component) const;
  /// Operations of one inference, two for each multiply-accumulate.
  [[nodiscard]] double inference_operations() const;
  /// Operations a second of the run.
  [[nodiscard]] double achieved() const;
  /// Those of all layers, added up.
  [[nodiscard]] Ceilings ceilings() const;
  /// Operations a picojoule, which is tera-operations a second and watt.
  [[nodiscard]] double efficiency() const { return inference_operations() / inference_energy(); }
  /// The efficiency in operations on 16-bit weights and inputs: doubling the bits of either doubles what an operation
  /// takes, so one on w and x bits counts w x / 256. NaN if weights are not quantised.
  [[nodiscard]] double efficiency_16_bits() const;
  /// Picojoules of one inference if the power of a crossbar grew with its cells, that of the table being of 128 x 128.
  [[nodiscard]] double energy_with_scaled_crossbars() const;
};

/// The account of a run of one image (`frames` 1), or of options.interleave sequences of `frames` frames.
[[nodiscard]] Account account_of(const std::vector<LayerDesign>& layers, const AcceleratorOptions& options,
                                 Index frames);

}  // namespace ohmcarlo
