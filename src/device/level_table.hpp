#pragma once
// Measured levels of a cell from a file: what programming a level gives on average, and how it scatters.

#include <string>
#include <vector>

namespace ohmcarlo {

/// Element l: conductance of cells programmed to level l, in siemens.
struct LevelTable {
  std::vector<double> mean;  ///< >= 0, finite
  std::vector<double> sd;    ///< >= 0, finite
};

/// Reads a CSV file with the columns level, mean, sd (siemens): one line for each of the levels 0..top, in any order.
/// The first line may be the header `level,mean,sd`; blank lines and what follows a '#' do not count.
/// Throws Error (bad_data) that names file and line.
[[nodiscard]] LevelTable read_level_table(const std::string& path, int top);

}  // namespace ohmcarlo
