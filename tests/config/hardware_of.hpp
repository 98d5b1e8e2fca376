#pragma once
// Hardware of experiment files, for the tests of its tables.

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "experiment/refusal.hpp"

namespace ohmcarlo {

using testing::ElementsAre;
using testing::HasSubstr;

/// A file in a folder of this process.
inline std::string file_with(const std::string& name, const std::string& text) {
  const auto folder = std::filesystem::temp_directory_path() / ("ohmcarlo-hardware-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name, std::ios::binary) << text;
  return (folder / name).string();
}

inline const std::string kLevels = "0,1e-6,0\n1,4e-5,1e-7\n2,7e-5,1e-7\n3,1e-4,2e-7\n";
inline const std::string kArrays = "data.set = \"mnist\"\n[hardware]\nsimulate = \"arrays\"\n";
inline const std::string kCells = kArrays + "g_min = 1e-6\ng_max = 1e-4\n";

inline Hardware hardware_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  return experiment_of(text, sets).points.front().hardware;
}

inline ArrayOptions arrays_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  const Hardware hardware = hardware_of(text, sets);
  EXPECT_TRUE(hardware.arrays);
  return hardware.array;
}

inline const std::string kTableSettings = "weight_bits = 2\nvariation.model = \"table\"\nvariation.file = \"";

}  // namespace ohmcarlo
