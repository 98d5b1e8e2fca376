#pragma once
// The keys that single methods of training have; the words of the methods stand in training/.

#include <vector>

#include "config/files.hpp"
#include "config/reader.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// What the keys of a method are read from.
struct MethodReading {
  Reader& reader;
  Reader& tested;    ///< remembers what training asks of the hardware of the point, which networks are tested on
  bool residual;     ///< the network has residual blocks
  bool begun;        ///< a file says what the weights are before
  FileCache& files;  ///< what is known of files that keys name
};

/// The keys of [training] that single methods read.
[[nodiscard]] std::vector<Key> method_keys();

/// Reads the keys of training.method into `training`, whose other keys are read already. Throws BadUsage where keys do
/// not fit together.
void read_method_options(const MethodReading& from, TrainingOptions& training);

}  // namespace ohmcarlo
