#pragma once
// What evaluates the chips of a job: the processor, or devices.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "gpu/chip_maker.hpp"

namespace ohmcarlo {

class Communicator;

/// What --device and --mixed ask for.
struct DeviceWish {
  std::string type = kProcessor;   ///< "cpu", "cuda", "twin" or "auto"
  std::optional<int> number = {};  ///< of a device of CUDA; none: the ranks of a machine take them in turn
  std::vector<int> places = {};    ///< of the twin: ranks that have one, by place_on_host(); none: all of them
  bool mixed = false;              ///< ranks without a device evaluate chips, too
};

/// "cpu", "cuda", "cuda:1", "auto", "twin"; "twin:0,2", where only the first and the third rank of a machine have one.
/// Throws BadUsage for another text.
[[nodiscard]] DeviceWish parse_device_wish(const std::string& text);

/// Why devices cannot evaluate the chips of these points, in words that end a sentence; empty if they can.
[[nodiscard]] std::string device_problem(const Experiment& experiment, std::span<const std::size_t> points);
/// The same of all points.
[[nodiscard]] std::string device_problem(const Experiment& experiment);

/// How many ranks before this one are on its machine. `hosts`: of every rank.
[[nodiscard]] int place_on_host(const std::vector<std::string>& hosts, int rank);

/// The device of a rank, and what is known of those of the others.
struct JobDevice {
  std::string type = kProcessor;               ///< of the whole job: "cpu", "cuda" or "twin"
  bool mixed = false;                          ///< ranks without a device evaluate chips, too
  std::shared_ptr<gpu::ChipMaker> chips = {};  ///< of this rank's device; none: it has none
  std::vector<std::string> names = {};         ///< on rank 0: of the device of every rank, "" where it has none

  /// What Experiment::device is: "cpu", "cuda", or "cuda+cpu" in a mixed job, whichever rank has a device.
  [[nodiscard]] std::string kind() const;
  /// Whether this rank evaluates chips.
  [[nodiscard]] bool evaluates() const { return type == kProcessor || mixed || chips; }
  /// On rank 0: whether each rank evaluates chips, for Work::equipped; none: all of them do.
  [[nodiscard]] std::vector<bool> evaluators() const;
  /// On rank 0, for the provenance: "cpu", "cuda (NVIDIA H100 80GB HBM3)", "cuda (NVIDIA H100 80GB HBM3) on 1 of 3
  /// ranks".
  [[nodiscard]] std::string text() const;
};

/// Collective. The device that is wished for, which has passed check_device(): of every rank whose machine has one, and
/// of one rank at least. "auto" is what evaluated the chips of the file that is resumed, else CUDA where every rank has
/// a device (some rank, if mixed) that can do the experiment, else the processor. Throws BadUsage, with one line, where
/// there is no such device, or it cannot do the experiment, or nothing is there to be mixed; what `kind_of_file`
/// throws. `hosts`: of every rank, on rank 0. `problem`: device_problem() of what is evaluated. `kind_of_file`:
/// JobDevice::kind of the file that is resumed, "" for none; called on rank 0, for "auto" alone.
[[nodiscard]] JobDevice choose_device(const Communicator& job, const DeviceWish& wish,
                                      const std::vector<std::string>& hosts, const std::string& problem,
                                      const std::function<std::string()>& kind_of_file);

}  // namespace ohmcarlo
