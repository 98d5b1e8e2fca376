#pragma once
// Methods of training: their words, and the keys that single methods have.

#include <string_view>
#include <vector>

#include "config/files.hpp"
#include "config/hardware.hpp"
#include "config/reader.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// The word of training.method that asks for `method`, which is also its name in records of models.
[[nodiscard]] std::string_view word_of(MethodKind method);

/// Every word of training.method, in the order of documentation.
[[nodiscard]] std::vector<std::string_view> method_words();

/// The keys of [training] that single methods read.
[[nodiscard]] std::vector<Key> method_keys();

/// Reads training.method.
[[nodiscard]] MethodKind read_method(Reader& reader);

/// Reads the keys of training.method into `training`, whose other keys are read already. `tested`: the point's own
/// hardware, for noise_sigma = "tested". `residual`: the network has residual blocks. Throws Error (exit 2) where keys
/// do not fit together.
void read_method_options(Reader& reader, const Hardware& tested, bool residual, FileCache& files,
                         TrainingOptions& training);

}  // namespace ohmcarlo
