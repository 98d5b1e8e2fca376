#pragma once
// Real outcomes of real chips (tests/statistics/data/README.md), from which simulated experiments draw theirs.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/label.hpp"

namespace ohmcarlo::test {

/// Which of 10,000 test images each of 500 chips classifies correctly.
class Outcomes {
 public:
  static constexpr std::size_t kImages = 10000;
  static constexpr std::size_t kChips = 500;

  explicit Outcomes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    if (bytes_.size() != kBits + kChips * kImages / 8) throw std::runtime_error(path + ": not the outcomes");
    for (std::size_t i = 0; i < kImages; ++i) {
      labels.push_back(byte(i));
      ranks.push_back(byte(kImages + 2 * i) + 256 * byte(kImages + 2 * i + 1));
    }
    for (std::size_t chip = 0; chip < kChips; ++chip) {
      int correct = 0;
      for (std::size_t i = 0; i < kImages / 8; ++i) {
        correct += std::popcount(static_cast<unsigned>(byte(kBits + chip * kImages / 8 + i)));
      }
      accuracies.push_back(correct / static_cast<double>(kImages));
      truth += accuracies.back() / static_cast<double>(kChips);
    }
  }

  [[nodiscard]] bool correct(std::size_t chip, std::size_t image) const {
    return (byte(kBits + (chip * kImages + image) / 8) >> image % 8 & 1) != 0;
  }

  std::vector<Label> labels;       ///< [images]
  std::vector<double> ranks;       ///< [images] of the clean network's margin within the class
  std::vector<double> accuracies;  ///< [chips] over all images
  double truth = 0.0;              ///< their mean: what experiments estimate, as their chips are drawn from these

 private:
  static constexpr std::size_t kBits = 3 * kImages;  // labels of a byte, ranks of two

  [[nodiscard]] int byte(std::size_t at) const { return static_cast<unsigned char>(bytes_[at]); }

  std::vector<char> bytes_;
};

}  // namespace ohmcarlo::test
