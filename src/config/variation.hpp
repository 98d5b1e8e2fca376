#pragma once
// The [hardware.variation] table of one point: how programmed conductances vary.

#include <vector>

#include "config/files.hpp"
#include "config/reader.hpp"
#include "device/programming.hpp"
#include "device/sd_law.hpp"
#include "device/variation.hpp"
#include "device/variation_laws.hpp"

namespace ohmcarlo {

/// The keys of [hardware.variation].
[[nodiscard]] std::vector<Key> variation_keys();

/// Reads hardware.variation.model.
[[nodiscard]] const VariationLawRow& read_variation_law(Reader& reader);
/// Reads the law of the variation of single cells of that range, and the file of levels unless `files` has it. Throws
/// BadUsage or BadData.
[[nodiscard]] CellVariation read_variation(Reader& reader, const CellRange& range, FileCache& files);
/// Reads hardware.variation.clip.
[[nodiscard]] Clip read_clip(Reader& reader);
/// Reads the errors that cells of a chip or of an array share.
[[nodiscard]] ArrayVariation read_shared_variation(Reader& reader);

/// Reads the noise of float weights but for the bits of their cells. Throws BadUsage for a law that only arrays
/// have.
[[nodiscard]] Variation read_weight_variation(Reader& reader);

/// The file that hardware.variation.file names, for cells whose highest level is `top`. Throws BadData.
[[nodiscard]] const LevelFile& read_levels(Reader& reader, int top, FileCache& files);

/// The sd c0 + c1 g + c2 g^2 (uS, `coefficients` from c0 on) times `scale`; only the published fit ends at the largest
/// conductance that was measured for it.
[[nodiscard]] FittedSd make_fit(const std::vector<double>& coefficients, double scale);

}  // namespace ohmcarlo
