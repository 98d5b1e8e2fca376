#pragma once
// What `ohmcarlo trial --dump` writes of a chip.

#include <string>

#include "chip/chips.hpp"
#include "crossbar/options.hpp"
#include "storage/array_file.hpp"

namespace ohmcarlo {

enum class DumpKind : std::uint8_t { conductances, logits };

/// The kind of this name. Throws BadUsage naming --dump.
[[nodiscard]] DumpKind parse_dump(const std::string& name);

/// Where the dump of a chip of `results` goes unless the user says: beside it, "R.logits.h5" for "R.h5".
[[nodiscard]] std::string dump_path(const std::string& results, const std::string& name);

/// `logits` [images, classes], `label` and `image` [images]; of sets with a label a frame, a row is a frame.
[[nodiscard]] std::vector<FileArray> arrays_of(const LabelledLogits& logits);

/// Of weight layer i, counted from 1: `layer_<i>/weights` [outputs, inputs], `layer_<i>/bias` [outputs]. On arrays,
/// which `options` describe (null: float weights), of slice s, counted from 0, the least significant, also
/// `layer_<i>/slice_<s>/positive` [rows, columns] and `negative` or `reference` in full scales, with the attribute
/// `scale`; where signs are digital `layer_<i>/signs`.
[[nodiscard]] std::vector<FileArray> arrays_of(const std::vector<LayerContent>& layers, const ArrayOptions* options);

}  // namespace ohmcarlo
