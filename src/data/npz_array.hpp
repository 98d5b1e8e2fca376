#pragma once
// Arrays in archives of numpy: a zip of .npy files (format 1.0 to 3.0: numpy.lib.format).

#include <filesystem>
#include <string>

#include "data/integer_array.hpp"

namespace ohmcarlo {

/// The array `name` of an .npz archive, or the only one if `name` is empty; row-major whatever its order in the file.
///
/// Throws BadData, one line naming file and array, for: a missing or damaged archive (every member carries a checksum);
/// an archive without the array, or with several and no name, listing what is there; an array that is cut short or goes
/// on; one without numbers; one of another type than integers, truth values and floating-point numbers.
[[nodiscard]] IntegerArray read_npz_array(const std::filesystem::path& file, const std::string& name,
                                          ArrayExtent extent);

}  // namespace ohmcarlo
