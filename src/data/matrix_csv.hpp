#pragma once
// A matrix of numbers from a CSV file.

#include <cstddef>
#include <string>
#include <vector>

namespace ohmcarlo {

struct CsvMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;  ///< [rows, columns], finite also as floats
};

/// One line a row, numbers separated by commas, as many in every line; blank lines and what follows a '#' do not count.
/// Throws BadData naming file and line.
[[nodiscard]] CsvMatrix read_matrix_csv(const std::string& path);

}  // namespace ohmcarlo
