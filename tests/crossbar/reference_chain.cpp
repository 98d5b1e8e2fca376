#include "crossbar/reference_chain.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

/// Normals lie in rows of whole blocks of 64.
std::uint64_t row_of_blocks(Index columns) {
  return static_cast<std::uint64_t>((columns + 63) / 64 * 64);
}

double normal(std::uint64_t key, const Address& address, std::uint64_t element) {
  float z = 0;
  Stream(key, address).normals(element, {&z, 1});
  return z;
}

double logistic(std::uint64_t key, const Address& address, std::uint64_t element) {
  std::uint32_t word = 0;
  Stream(key, address).words(element, {&word, 1});
  const double u = (word + 0.5) / 4294967296.0;
  return std::sqrt(3.0) / std::numbers::pi * std::log(u / (1 - u));
}

bool is_whole(double x) {
  return x == std::floor(x);
}

}  // namespace

void ReferenceSum::add(double term) {
  value += term;
  size += std::fabs(term);
  whole = whole && is_whole(term);
}

double ReferenceSum::error(Index rows) const {
  if (whole && size < 16777216) return 0;
  return static_cast<double>(rows + 16) * 1.2e-7 * size;
}

ReferenceChain::ReferenceChain(const ArrayOptions& options, View<const float> weights)
    : options_(options),
      inputs_(weights.cols),
      outputs_(weights.rows),
      tile_rows_(options.tile_rows == 0 ? weights.cols : options.tile_rows),
      tile_columns_(options.tile_columns == 0 ? weights.rows : options.tile_columns),
      slices_(1),
      codes_(weights.rows, weights.cols) {
  const int bits = options.format.weight_bits;
  if (options.format.cell_bits > 0)
    while (slices_ * options.format.cell_bits < bits) ++slices_;
  const bool halved = options.format.mapping == Mapping::mid_point || options.format.mapping == Mapping::offset;
  double largest = std::pow(2, halved ? bits - 1 : bits) - 1;
  if (bits == 0) largest = options.format.mapping == Mapping::offset ? 0.5 : 1;
  double most = 0;
  for (Index j = 0; j < outputs_; ++j)
    for (Index i = 0; i < inputs_; ++i) most = std::max(most, std::fabs(double{weights(j, i)}));
  if (most > 0) unit_ = most / largest;
  for (Index j = 0; j < outputs_; ++j)
    for (Index i = 0; i < inputs_; ++i) {
      const double code = most > 0 ? weights(j, i) * largest / most : 0;
      codes_(j, i) = bits > 0 ? std::nearbyint(code) : code;
    }
}

bool ReferenceChain::pair() const {
  return options_.format.mapping == Mapping::one_sided || options_.format.mapping == Mapping::mid_point;
}

bool ReferenceChain::single_ended() const {
  return offset() || (pair() && !options_.adc.differential);
}

double ReferenceChain::pedestal() const {
  const bool seen = options_.adc.bits > 0 || !options_.adc.noise.off();
  return single_ended() && seen
             ? options_.cells.range.g_min /
                   ((options_.cells.range.g_max - options_.cells.range.g_min) / options_.cells.range.top)
             : 0;
}

Index ReferenceChain::columns() const {
  if (offset()) return outputs_ + column_tiles();
  return pair() && !options_.adc.differential ? 2 * outputs_ : outputs_;
}

std::size_t ReferenceChain::granule(Index row_tile, Index column) const {
  if (options_.adc.granularity == Granularity::layer) return 0;
  if (options_.adc.granularity == Granularity::column) return static_cast<std::size_t>(row_tile * columns() + column);
  Index tile = 0;
  if (column < outputs_) {
    tile = column / tile_columns_;
  } else {
    tile = offset() ? column - outputs_ : (column - outputs_) / tile_columns_;
  }
  return static_cast<std::size_t>(row_tile * column_tiles() + tile);
}

double ReferenceChain::target(int slice, bool negative, Index output, Index input) const {
  const CellFormat& format = options_.format;
  const double code = negative && format.mapping == Mapping::offset ? 0 : codes_(output, input);
  const double half = format.weight_bits == 0 ? 0.5 : std::pow(2, format.weight_bits - 1);
  double stack = 0;
  switch (format.mapping) {
    case Mapping::sign_magnitude:
      stack = std::fabs(code);
      break;
    case Mapping::one_sided:
      stack = negative ? std::max(-code, 0.0) : std::max(code, 0.0);
      break;
    case Mapping::mid_point:
      if (format.weight_bits == 0) return 0.5 + (negative ? -0.5 : 0.5) * code;
      return half - 1 + (negative ? -code : code);
    case Mapping::offset:
      stack = code + half;
      break;
  }
  if (slices_ == 1) return stack;
  auto rest = static_cast<int>(stack);
  int base = 1;
  for (int b = 0; b < format.cell_bits; ++b) base *= 2;
  for (int s = 0; s < slice; ++s) rest /= base;
  return rest % base;
}

void ReferenceChain::realise(const ArrayLayer& layer) {
  for (const bool negative : {false, true}) {
    realised_[negative].clear();
    if (negative && !pair() && !offset()) continue;
    for (int slice = 0; slice < slices_; ++slice) realised_[negative].push_back(layer.plane(slice, negative));
  }
}

double ReferenceChain::cell(int slice, bool negative, Index index, Index input) const {
  if (realised_[0].empty()) return target(slice, negative, negative && offset() ? 0 : index, input);
  return realised_[negative][static_cast<std::size_t>(slice)](index, input);
}

std::vector<double> ReferenceChain::applied(const InputCoding& coding, const float* x, int read) const {
  std::vector<double> values;
  for (Index i = 0; i < inputs_; ++i) {
    if (coding.bits == 0) {
      values.push_back(x[i] / coding.full_scale);
      continue;
    }
    const bool is_signed = coding.encoding != InputEncoding::unsigned_;
    const int most = (1 << (is_signed ? coding.bits - 1 : coding.bits)) - 1;
    int least = -most - 1;
    if (!is_signed) least = 0;
    if (coding.encoding == InputEncoding::sign_magnitude) least = -most;
    int code = static_cast<int>(std::nearbyint(std::clamp(x[i] * most / coding.full_scale, -1e6, 1e6)));
    code = std::clamp(code, least, most);
    if (coding.encoding == InputEncoding::offset) code += 1 << (coding.bits - 1);
    if (coding.read_bits == 0) {
      values.push_back(code);
      continue;
    }
    const int sign = coding.encoding == InputEncoding::sign_magnitude && code < 0 ? -1 : 1;
    if (coding.encoding == InputEncoding::twos_complement && code < 0) code += 1 << coding.bits;
    int rest = sign * code;
    for (int r = 0; r < read; ++r) rest /= 1 << coding.read_bits;
    values.push_back(sign * (rest % (1 << coding.read_bits)));
  }
  return values;
}

std::vector<ReferenceChain::Part> ReferenceChain::parts(Index column, Index input) const {
  if (column >= outputs_) return {{true, column - outputs_, 1}};
  if (options_.format.mapping == Mapping::sign_magnitude)
    return {{false, column, codes_(column, input) < 0 ? -1.0 : 1.0}};
  if (single_ended()) return {{false, column, 1}};
  return {{false, column, 1}, {true, column, -1}};
}

ReferenceSum ReferenceChain::sum(const std::vector<double>& applied, Index row_tile, int slice, Index column) const {
  ReferenceSum sum;
  for (Index i = row_tile * tile_rows_; i < std::min((row_tile + 1) * tile_rows_, inputs_); ++i) {
    const double x = applied[static_cast<std::size_t>(i)];
    for (const Part& part : parts(column, i))
      sum.add(x * part.sign * (cell(slice, part.negative, part.index, i) + pedestal()));
  }
  return sum;
}

ReferenceCells ReferenceChain::count_cells(const std::vector<double>& applied, double full_input, Index row_tile,
                                           int slice, Index column) const {
  ReferenceCells cells;
  for (Index i = row_tile * tile_rows_; i < std::min((row_tile + 1) * tile_rows_, inputs_); ++i) {
    const double digit = applied[static_cast<std::size_t>(i)];
    if (digit < 0) cells.reversed = true;
    for (const Part& part : parts(column, i)) {  // one cell of each line
      const double on = std::fabs(digit) / full_input;
      const double level = cell(slice, part.negative, part.index, i);
      cells.active += on;
      cells.conducting += on * level / options_.cells.range.top;
      cells.size += on * (std::fabs(level) + pedestal()) / options_.cells.range.top;
    }
  }
  return cells;
}

ReferenceRead ReferenceChain::read(View<const float> x, const RowNames& rows, const LayerScales& scales,
                                   const ChipKey& chip) const {
  const InputCoding& coding = scales.coding;
  const Index width = columns() * slices_;
  const bool is_signed = coding.encoding != InputEncoding::unsigned_;
  const double largest = coding.bits == 0 ? 1 : std::pow(2, is_signed ? coding.bits - 1 : coding.bits) - 1;
  const int magnitude_bits = coding.encoding == InputEncoding::sign_magnitude ? coding.bits - 1 : coding.bits;
  const bool serial = coding.bits > 0 && coding.read_bits > 0;
  int reads = 1;
  if (serial)
    while (reads * coding.read_bits < magnitude_bits) ++reads;
  double full_input = 1;  // the largest value that is applied at a time
  if (coding.bits > 0)
    full_input = std::pow(2, serial ? std::min(coding.read_bits, magnitude_bits) : magnitude_bits) - 1;
  const auto sd_of = [&](double steps) {
    const SdLaw& law = options_.read_noise;
    return law.c0 + law.c1 * steps + law.c2 * steps * steps;
  };

  ReferenceRead result{Matrix<double>::Zero(x.rows, outputs_), Matrix<double>::Zero(x.rows, outputs_),
                       Matrix<double>::Zero(x.rows, outputs_)};
  for (Index r = 0; r < x.rows; ++r) {
    std::vector<double> total(static_cast<std::size_t>(columns())), slack(total), size(total);
    for (Index tile = 0; tile < row_tiles(); ++tile) {
      for (Index c = 0; c < columns(); ++c) {
        double codes = 0, factors = 0;
        const auto column = static_cast<std::size_t>(c);
        for (int read = 0; read < reads; ++read) {
          double read_weight = std::pow(2, coding.read_bits * read);
          if (coding.encoding == InputEncoding::twos_complement && read == coding.bits - 1) read_weight *= -1;
          if (!serial) read_weight = 1;
          const std::vector<double> input = applied(coding, x.row(r), read);
          for (int slice = 0; slice < slices_; ++slice) {
            const double factor = read_weight * std::pow(2, options_.format.cell_bits * slice);
            ReferenceSum sum = this->sum(input, tile, slice, c);
            const std::uint32_t image = rows.images[static_cast<std::size_t>(r / rows.positions)];
            Address address = chip.address;
            address.event = read_event(image, r % rows.positions, read);
            if (!options_.read_noise.zero()) {
              double variance = 0;
              for (Index i = tile * tile_rows_; i < std::min((tile + 1) * tile_rows_, inputs_); ++i) {
                const double v = input[static_cast<std::size_t>(i)];
                if (v == 0) continue;
                for (const Part& part : parts(c, i)) {
                  const double sd = sd_of(cell(slice, part.negative, part.index, i));
                  variance += v * v * sd * sd;
                  if (options_.read_form == ReadForm::columns) continue;
                  address.purpose = Purpose::read_cell;
                  address.slice = static_cast<std::uint32_t>(slice);
                  address.negative = part.negative;
                  const Index in_plane = part.negative && offset() ? column_tiles() : outputs_;
                  sum.add(v * part.sign * sd *
                          normal(chip.key, address,
                                 static_cast<std::uint64_t>(i) * row_of_blocks(in_plane) +
                                     static_cast<std::uint64_t>(part.index)));
                }
              }
              const Address whose = chip.address;
              address.slice = whose.slice;
              address.negative = whose.negative;
              if (options_.read_form == ReadForm::columns) {
                address.purpose = Purpose::read_column;
                sum.add(std::sqrt(variance) * normal(chip.key, address,
                                                     static_cast<std::uint64_t>(tile) * row_of_blocks(width) +
                                                         static_cast<std::uint64_t>(slice * columns() + c)));
              }
              sum.whole = false;
            }
            double error = sum.error(tile_rows_);
            if (!options_.adc.noise.off()) {
              const AdcNoise& noise = options_.adc.noise;
              address.purpose = Purpose::adc;
              const std::uint64_t element = static_cast<std::uint64_t>(tile) * row_of_blocks(width) +
                                            static_cast<std::uint64_t>(slice * columns() + c);
              const double z = noise.law == AdcNoiseLaw::gaussian ? normal(chip.key, address, element)
                                                                  : logistic(chip.key, address, element);
              const ReferenceCells cells = count_cells(input, full_input, tile, slice, c);
              const double full_on = (options_.cells.range.top + pedestal()) * full_input;
              double conducting = cells.conducting, doubt = cells.error(tile_rows_);
              if (single_ended() && !cells.reversed) {
                // The current itself, read noise included, less that of cells at g_min, in cells.
                const double one_cell = options_.cells.range.top * full_input;
                conducting = std::fabs(sum.value) / one_cell - cells.active * pedestal() / options_.cells.range.top;
                doubt += error / one_cell + 1e-6 * sum.size / one_cell;
              }
              const auto noise_of = [&](double number) {
                const double on = std::clamp(number, 0.0, cells.active), idle = cells.active - on;
                return z * full_on *
                       std::sqrt(std::pow(noise.sd, 2) + on * std::pow(noise.on_sd, 2) +
                                 idle * std::pow(noise.off_sd, 2));
              };
              const double spread = std::fabs(noise_of(conducting + doubt) - noise_of(conducting - doubt));
              sum.add(noise_of(conducting));
              sum.whole = false;
              error = sum.error(tile_rows_) + spread;
            }
            factors += factor;
            if (options_.adc.bits == 0) {
              total[column] += factor * sum.value;
              slack[column] += std::fabs(factor) * error;
              size[column] += std::fabs(factor) * sum.size;
              continue;
            }
            const Quantiser& adc = scales.quantisers[granule(tile, c)];
            const auto convert = [&](double v) { return adc.raw_code(static_cast<float>(v)); };
            const float raw = convert(sum.value), low = convert(sum.value - error), high = convert(sum.value + error);
            const auto clips = [&](float code) { return adc.clip(code) != code; };
            codes += factor * adc.clip(raw);
            result.conversions += 1;
            result.saturated += clips(raw) ? 1 : 0;
            if (adc.clip(low) != adc.clip(high)) {
              result.undecided += 1;
              slack[column] += std::fabs(factor) * (adc.clip(high) - adc.clip(low)) * adc.lsb();
            }
            if (clips(low) != clips(high) || clips(raw) != clips(high)) result.saturated_undecided += 1;
            size[column] += std::fabs(factor) * (std::fabs(adc.zero()) + std::fabs(raw) * adc.lsb());
          }
        }
        if (options_.adc.bits > 0) {
          const Quantiser& adc = scales.quantisers[granule(tile, c)];
          total[column] += codes * adc.lsb() + factors * adc.zero();
        }
      }
    }
    const bool shifted = coding.bits > 0 && coding.encoding == InputEncoding::offset;
    const double per_code = options_.format.mapping == Mapping::mid_point && options_.format.weight_bits > 0 ? 2 : 1;
    const double unit = unit_ / per_code * (coding.full_scale / largest);
    for (Index j = 0; j < outputs_; ++j) {
      const auto column = static_cast<std::size_t>(j);
      double steps = total[column];
      double moved = slack[column], magnitude = size[column];
      if (shifted) {
        double codes = 0;
        for (Index i = 0; i < inputs_; ++i) codes += codes_(j, i);
        steps -= std::pow(2, coding.bits - 1) * per_code * codes;
        magnitude += std::pow(2, coding.bits - 1) * per_code * std::fabs(codes);
        if (options_.format.weight_bits == 0)  // codes are floats there
          moved += std::pow(2, coding.bits - 1) * 1.2e-7 * static_cast<double>(inputs_);
      }
      if (single_ended()) {
        const auto partner = static_cast<std::size_t>(outputs_ + (offset() ? j / tile_columns_ : j));
        steps -= total[partner];
        moved += slack[partner];
        magnitude += size[partner];
      }
      result.y(r, j) = steps * unit;
      result.slack(r, j) = moved * unit;
      result.size(r, j) = magnitude * unit;
    }
  }
  return result;
}

}  // namespace ohmcarlo
