#pragma once
// Layers, options and inputs at random, for tests that must hold for all of them.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// Choices by one seed, the same with every standard library.
class Choices {
 public:
  explicit Choices(std::uint32_t seed) : bits_(seed) {}
  /// A whole number of first..last.
  int number(int first, int last) {
    return first + static_cast<int>(bits_() % static_cast<std::uint32_t>(last - first + 1));
  }
  bool chance(double p) { return real(0, 1) < p; }
  double real(double low, double high) { return low + (high - low) * (bits_() * 0x1p-32); }
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return all.begin()[number(0, static_cast<int>(all.size()) - 1)];
  }

 private:
  std::mt19937 bits_;
};

struct RandomChain {
  ArrayOptions options;
  Matrix<float> weights;  ///< [outputs, inputs]
  Matrix<float> x;        ///< [n, inputs], n a multiple of positions
  std::vector<std::uint32_t> images;
  Index positions = 1;
  ChipKey chip;

  [[nodiscard]] RowNames names() const { return {images, positions}; }
  [[nodiscard]] std::string text() const {
    const ArrayOptions& o = options;
    std::ostringstream s;
    s << "weights " << weights.rows() << " x " << weights.cols() << ", mapping " << int(o.format.mapping) << " bits "
      << o.format.weight_bits << "/" << o.format.cell_bits << ", tiles " << o.tile_rows << " x " << o.tile_columns
      << ", g " << o.cells.range.g_min << ".." << o.cells.range.g_max << ", dac " << o.dac.coding.bits << "/"
      << o.dac.coding.read_bits << " encoding " << int(o.dac.coding.encoding) << ", adc " << o.adc.bits << " range "
      << int(o.adc.range) << " granularity " << int(o.adc.granularity) << " differential " << o.adc.differential
      << " noise " << int(o.adc.noise.law) << ", read form " << int(o.read_form) << " " << o.read_noise.c0 << " "
      << o.read_noise.c1 << " " << o.read_noise.c2;
    return s.str();
  }
};

inline Matrix<float> random_matrix(Choices& choose, Index rows, Index cols, double low, double high, double zeros = 0) {
  Matrix<float> m(rows, cols);
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < cols; ++j) m(i, j) = choose.chance(zeros) ? 0.0F : static_cast<float>(choose.real(low, high));
  return m;
}

inline CellFormat random_format(Choices& choose) {
  CellFormat format;
  format.mapping = choose.one_of({Mapping::sign_magnitude, Mapping::one_sided, Mapping::mid_point, Mapping::offset});
  const bool halved = format.mapping == Mapping::mid_point || format.mapping == Mapping::offset;
  format.weight_bits = choose.chance(0.2) ? 0 : choose.number(halved ? 2 : 1, 8);
  if (format.weight_bits > 0 && choose.chance(0.7))
    format.cell_bits = format.mapping == Mapping::mid_point ? format.weight_bits : choose.number(1, format.weight_bits);
  return format;
}

inline InputCoding random_coding(Choices& choose) {
  InputCoding coding;
  using enum InputEncoding;
  coding.encoding = choose.one_of({automatic, unsigned_, sign_magnitude, twos_complement, offset});
  coding.bits = choose.chance(0.2) ? 0 : choose.number(2, 8);
  if (coding.bits == 0) coding.encoding = automatic;
  if (coding.bits > 0) coding.read_bits = choose.chance(0.5) ? 1 : choose.number(0, coding.bits);
  if (coding.encoding == twos_complement) coding.read_bits = 1;
  return coding;
}

inline AdcOptions random_adc(Choices& choose) {
  AdcOptions adc;
  adc.differential = choose.chance(0.5);
  if (choose.chance(0.25)) return adc;
  adc.bits = choose.number(2, 12);
  adc.range = choose.one_of({RangeKind::calibrated, RangeKind::calibrated, RangeKind::maximum, RangeKind::given});
  adc.granularity = choose.one_of({Granularity::layer, Granularity::array, Granularity::column});
  if (adc.range == RangeKind::calibrated && choose.chance(0.4)) adc.percentile = choose.real(80, 100);
  adc.high = choose.real(0.5, 8);
  adc.low = choose.chance(0.5) ? -adc.high : choose.real(-3, 0.4);
  return adc;
}

/// All kinds of chains, without noise of any kind.
inline std::unique_ptr<RandomChain> random_chain(std::uint32_t seed) {
  Choices choose(seed);
  auto chain = std::make_unique<RandomChain>();  // layers keep the address of its options
  ArrayOptions& o = chain->options;
  const Index inputs = choose.number(1, 40), outputs = choose.number(1, choose.chance(0.2) ? 70 : 12);
  o.format = random_format(choose);
  if (choose.chance(0.7)) o.tile_rows = choose.number(1, static_cast<int>(inputs) + 3);
  if (choose.chance(0.7)) o.tile_columns = choose.number(1, static_cast<int>(outputs) + 3);
  const int top = o.format.top();
  const double g_max = 1e-4;
  // No pedestal, one of a whole number of steps up to rounding, or any.
  const double g_min = choose.one_of({0.0, 1.0 / (1 + top), choose.real(0.01, 0.6)}) * g_max;
  o.cells.range = {g_min, g_max, top};
  o.dac.coding = random_coding(choose);
  if (choose.chance(0.3)) o.dac.full_scale = choose.one_of({1.0, 0.5, 0.7});
  o.adc = random_adc(choose);
  chain->weights = random_matrix(choose, outputs, inputs, -1.3, choose.one_of({1.0, 1.3, 0.2}), 0.1);
  chain->positions = choose.number(1, 3);
  const Index images = choose.number(1, 3);
  chain->x = random_matrix(choose, images * chain->positions, inputs, choose.one_of({0.0, -1.0}), 1, 0.3);
  for (Index i = 0; i < images; ++i) chain->images.push_back(static_cast<std::uint32_t>(choose.number(0, 59999)));
  chain->chip = {77, {.layer = 2, .replica = 1, .trial = static_cast<std::uint32_t>(choose.number(0, 999))}};
  return chain;
}

/// Adds programming variation, read noise and noise of the converter.
inline void make_noisy(RandomChain& chain, std::uint32_t seed) {
  Choices choose(seed);
  ArrayOptions& o = chain.options;
  const auto top = static_cast<float>(o.format.top());
  o.cells.variation.sigma = choose.one_of({0.0, 0.05, 0.3});
  if (choose.chance(0.2)) o.cells.faults.rate = 0.1;
  o.read_form = choose.one_of({ReadForm::cells, ReadForm::columns});
  o.read_noise =
      choose.one_of<SdLaw>({{}, {0.05F * top, 0, 0}, {0.02F * top, 0.1F, 0}, {0.02F * top, 0.3F, -0.1F / top}});
  if (choose.chance(0.5)) return;
  o.adc.noise = {choose.one_of({AdcNoiseLaw::gaussian, AdcNoiseLaw::logistic}), choose.real(0, 0.3), 0, 0};
  if (choose.chance(0.5)) {
    o.adc.noise.on_sd = choose.real(0, 0.2);
    o.adc.noise.off_sd = choose.real(0, 0.1);
  }
}

}  // namespace ohmcarlo
