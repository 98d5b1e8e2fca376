#pragma once
// Chips of known distributions for simulations: mean 0 and standard deviation 1, but for discrete accuracies.

#include <cmath>
#include <cstdint>
#include <random>

namespace ohmcarlo::test {

/// Accuracies of `images` images, each correct with probability `mean`, independently; images = 0: continuous chips of
/// mean 0 and sd 1 with the given skewness (0: normal; below 0: a gamma distribution turned round, -2: the
/// exponential).
struct ChipLaw {
  double skewness = 0.0;
  int images = 0;
  double mean = 0.0;

  [[nodiscard]] double sd() const { return images == 0 ? 1.0 : std::sqrt(mean * (1 - mean) / images); }
};

/// Draws chips of a law; a fixed seed gives fixed chips.
class ChipSource {
 public:
  ChipSource(ChipLaw law, std::uint64_t seed) : law_(law), generator_(seed) {
    if (law.skewness != 0.0) shape_ = 4 / (law.skewness * law.skewness);
    gamma_ = std::gamma_distribution<double>(shape_, 1.0);
    if (law.images > 0) binomial_ = std::binomial_distribution<int>(law.images, law.mean);
  }

  double operator()() {
    if (law_.images > 0) return static_cast<double>(binomial_(generator_)) / law_.images;
    if (law_.skewness == 0.0) return normal_(generator_);
    return -(gamma_(generator_) - shape_) / std::sqrt(shape_);
  }

 private:
  ChipLaw law_;
  std::mt19937_64 generator_;
  double shape_ = 1.0;
  std::normal_distribution<double> normal_;
  std::gamma_distribution<double> gamma_;
  std::binomial_distribution<int> binomial_;
};

}  // namespace ohmcarlo::test
