#pragma once
// What evaluates the chips of a job: the processor, or devices.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "gpu/chip_maker.hpp"

namespace ohmcarlo {

class Communicator;
struct RunOptions;

/// What --device asks for.
struct DeviceWish {
  std::string type = kProcessor;  ///< "cpu", "cuda", "twin" or "auto"
  std::optional<int> number;      ///< of a device of CUDA; none: the ranks of a machine take them in turn
};

/// "cpu", "cuda", "cuda:1", "auto", "twin". Throws BadUsage for another text.
[[nodiscard]] DeviceWish parse_device_wish(const std::string& text);

/// Why devices cannot evaluate the chips of the experiment, in words that end a sentence; empty if they can.
[[nodiscard]] std::string device_problem(const Experiment& experiment);

/// How many ranks before this one are on its machine. `hosts`: of every rank.
[[nodiscard]] int place_on_host(const std::vector<std::string>& hosts, int rank);

/// The device of a rank.
struct JobDevice {
  std::string type = kProcessor;          ///< of every rank: "cpu", "cuda" or "twin"
  std::shared_ptr<gpu::ChipMaker> chips;  ///< none of the processor

  /// For the provenance: "cpu", "cuda (NVIDIA H100 80GB HBM3)".
  [[nodiscard]] std::string text() const;
};

/// Collective. The device that the options ask for, which has passed check_device(); "auto" is that of the results file
/// that is resumed, else CUDA where every rank has a device that can do the experiment, else the processor. Throws
/// BadUsage, with one line, where there is no such device, or it cannot do the experiment; UnusableResults for a file
/// that cannot be read. `hosts`: of every rank, on rank 0.
[[nodiscard]] JobDevice choose_device(const Communicator& job, const RunOptions& options,
                                      const std::vector<std::string>& hosts, const Experiment& experiment);

}  // namespace ohmcarlo
