#pragma once
// The arrays of one point: how weights lie on cells, with what the tables of cells, converters and wires say.

#include <string_view>
#include <vector>

#include "config/files.hpp"
#include "config/reader.hpp"
#include "crossbar/options.hpp"
#include "device/variation.hpp"

namespace ohmcarlo {

/// Every word of hardware.mapping, in the order of documentation.
[[nodiscard]] std::vector<std::string_view> mapping_words();

/// Reads hardware.weight_bits and hardware.cell_bits into `variation`; the latter needs the former. Throws BadUsage.
void read_cell_bits(Reader& reader, Variation& variation);

/// Reads the full chain of arrays, whatever hardware.simulate says, checks how its keys fit together, and reads the
/// file of levels unless `files` has it. Throws BadUsage or BadData.
[[nodiscard]] ArrayOptions read_array(Reader& reader, FileCache& files);

/// The arrays of an experiment file that needs nothing but its [hardware] table, whatever hardware.simulate says; keys
/// of other tables do not count. Throws BadUsage or BadData, also for a key of [hardware] that is swept or that nothing
/// reads.
[[nodiscard]] ArrayOptions read_arrays(const Document& document);

/// Reads the arrays that a network is trained for, with all that its passes meet of them: cells without errors, their
/// converters (read_trained_adc, with or without the numbers of their noise). Throws BadUsage.
[[nodiscard]] ArrayOptions read_trained_arrays(Reader& reader, bool noise);

/// Reads the arrays that method crossbar-aware trains through: cells without errors and wires without resistance,
/// codes, digits and converters; `noise`: also the noise of reads and converters. Throws BadUsage.
[[nodiscard]] ArrayOptions read_crossbar(Reader& reader, bool noise);

/// Throws BadUsage unless the layers of hardware.ideal_layers are among `layers` weight layers.
void check_ideal_layers(const Reader& reader, const ArrayOptions& array, std::size_t layers);

}  // namespace ohmcarlo
