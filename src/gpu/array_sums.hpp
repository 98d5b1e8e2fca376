#pragma once
// From input codes to outputs of a layer on arrays, as work for the threads of a GPU, below 2^32 of them: sums of
// columns, their noise, conversion, and shift-and-add (crossbar/reading.cpp).

#include <cstdint>

#include "gpu/array_cells.hpp"
#include "gpu/array_inputs.hpp"
#include "gpu/numbers.hpp"

namespace ohmcarlo::gpu {

inline constexpr int kMostReads = 16;       ///< of an input vector
inline constexpr int kMostCellSlices = 16;  ///< of a weight

/// Noise of the sums, drawn for columns.
struct ColumnNoise {
  enum class Kind : std::uint8_t {
    none,
    constant,   ///< sd c0 for every cell
    of_levels,  ///< levels are those of single cells, above a pedestal: their sd follows from them
    given,      ///< variances [inputs, width]
  };
  Kind kind = Kind::none;
  SdNumbers sd;
  float pedestal = 0;
  float lines = 1;  ///< of cells whose currents enter one sum
  const float* variances = nullptr;
  PackedAddress address = {};  ///< without the event

  /// The variance of a cell at place `place` of the levels, for input 1.
  [[nodiscard]] OHMCARLO_BOTH_SIDES float variance(std::uint64_t place, float level) const {
    if (kind == Kind::given) return variances[place];
    const float cell = level - pedestal;
    const float noise = (sd.c2 * cell + sd.c1) * cell + sd.c0;
    return noise * noise;
  }
};

/// Noise of the converters (periphery/adc.hpp).
struct ConverterNoise {
  enum class Law : std::uint8_t { none, gaussian, logistic };
  Law law = Law::none;
  double variance = 0, on_variance = 0, off_variance = 0;  ///< of a conversion, a conducting and another active cell
  double full_on = 1, full_off = 0;                        ///< ArrayState
  double lines = 1;                                        ///< of cells whose currents enter a converter
  double largest_applied = 1;                              ///< the largest |digit|
  double logistic_scale = 1;                               ///< of a logistic law of sd 1
  bool always_counts = false;                              ///< `counted` holds, else only where a digit is negative
  const float* counted = nullptr;  ///< [inputs, width]: levels of all cells, added without signs; null: sums tell
  PackedAddress address = {};      ///< without the event

  /// The sd of a conversion, in the unit of sums. `conducted`: what all active cells conduct.
  [[nodiscard]] OHMCARLO_BOTH_SIDES double sd(float conducted, double digits) const {
    const double active = lines * (digits / largest_applied);
    const double over = (static_cast<double>(conducted) - active * full_off) / (full_on - full_off);
    const double conducting = over < 0 ? 0 : over > active ? active : over;
    return square_root(variance + conducting * on_variance + (active - conducting) * off_variance) * full_on;
  }
  /// The deviate of mean 0 and sd 1 that a word stands for where the law is logistic (periphery/logistic.hpp).
  [[nodiscard]] OHMCARLO_BOTH_SIDES float logistic_of(std::uint32_t word) const {
    const double below = static_cast<double>(word) + 0.5, above = 4294967296.0 - below;
    return static_cast<float>(logistic_scale * logarithm(below / above));
  }
  /// The deviates that a counter makes, one a part.
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::array<float, kParts> deviates(PhiloxKey key, const PackedAddress& stream,
                                                                       std::uint32_t counter) const {
    if (law == Law::gaussian) return normals_of(key, stream, counter);
    const PhiloxCounter words = words_of(key, stream, counter);
    return {logistic_of(words[0]), logistic_of(words[1]), logistic_of(words[2]), logistic_of(words[3])};
  }
};

/// ColumnConverters of the columns of all row tiles of a group, [row tiles, columns]; none: sums go on as they are.
struct ColumnConverters {
  const float* zero = nullptr;
  const float* per_lsb = nullptr;
  float lowest = 0, highest = 0;
  std::uint32_t* clipped = nullptr;  ///< one counter: sums that the range clipped
};

/// totals [row tiles, rows, width] of what the reads of an input vector give at a row tile: codes, or sums where there
/// is no converter, each times the weight of its read and slice. One thread for each counter of the noise of a row's
/// sums: four sums; kReads reads at a time share what is read of the arrays.
template <int kReads>
struct ReadTiles {
  const float* codes = nullptr;           ///< [rows, inputs]
  const float* levels = nullptr;          ///< [inputs, width]
  const float* made = nullptr;            ///< sums of SumCells that are there already; null: they are made of levels
  const std::uint64_t* events = nullptr;  ///< [rows]: read_event() of read 0
  double* totals = nullptr;
  DigitCoding coding;
  WordLines lines;
  PhiloxKey key = {};
  ColumnNoise noise;
  ConverterNoise converter_noise;
  ColumnConverters converters;
  double read_weight[kMostReads] = {};
  double slice_weight[kMostCellSlices] = {};
  std::uint64_t rows = 0, width = 0, columns = 0;  ///< columns: of a slice; width: of all slices
  std::uint64_t first_tile = 0;                    ///< of all groups' row tiles, the first one of this group

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return lines.tiles() * rows * counters_of(width); }

  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const Divided of_counter = divide(index, counters_of(width));
    const Divided of_row = divide(of_counter.quotient, rows);
    const Place at{of_row.quotient, of_row.remainder, of_counter.remainder};
    double total[kParts] = {};
    std::uint32_t clipped = 0;
    for (std::int32_t first = 0; first < coding.reads; first += kReads) add_reads(at, first, total, clipped);
    OHMCARLO_UNROLLED
    for (std::uint32_t part = 0; part < kParts; ++part) {
      const std::uint64_t column = element_of(at.counter, part);
      if (column < width) totals[(std::uint64_t{at.tile} * rows + at.row) * width + column] = total[part];
    }
    if (clipped > 0) count_up(converters.clipped, clipped);
  }

 private:
  struct Place {
    std::uint32_t tile, row, counter;
  };
  /// What some reads gather along the word lines of a tile.
  struct Gathered {
    float sum[kReads][kParts] = {};
    float variance[kReads][kParts] = {};
    float conducted[kReads][kParts] = {};
    float squares[kReads] = {};
    double active[kReads] = {};
    bool negative[kReads] = {};
  };

  OHMCARLO_BOTH_SIDES void add_reads(const Place& at, std::int32_t first, double* total, std::uint32_t& clipped) const {
    Gathered gathered;
    if (made == nullptr || converter_noise.law != ConverterNoise::Law::none) gather(at, first, gathered);
    OHMCARLO_UNROLLED
    for (int k = 0; k < kReads; ++k)
      if (first + k < coding.reads) finish_read(at, first + k, k, gathered, total, clipped);
  }

  OHMCARLO_BOTH_SIDES void gather(const Place& at, std::int32_t first, Gathered& to) const {
    const float* row = codes + at.row * lines.inputs;
    const bool varies = noise.kind == ColumnNoise::Kind::of_levels || noise.kind == ColumnNoise::Kind::given;
    const std::uint64_t end = lines.end(at.tile);
    for (std::uint64_t line = lines.first(at.tile); line < end; ++line) {
      const float code = row[line];
      if (code == 0) continue;
      float digit[kReads];
      OHMCARLO_UNROLLED
      for (int k = 0; k < kReads; ++k) {
        digit[k] = coding.digit_of(code, first + k);
        to.squares[k] += digit[k] * digit[k];
        to.negative[k] = to.negative[k] || digit[k] < 0;
        if (converter_noise.law != ConverterNoise::Law::none) to.active[k] += static_cast<double>(absolute(digit[k]));
      }
      OHMCARLO_UNROLLED
      for (std::uint32_t part = 0; part < kParts; ++part) {
        const std::uint64_t column = element_of(at.counter, part);
        if (column >= width) continue;
        const std::uint64_t place = line * width + column;
        const float level = levels[place];
        if (made == nullptr) {
          OHMCARLO_UNROLLED
          for (int k = 0; k < kReads; ++k) to.sum[k][part] = fused(digit[k], level, to.sum[k][part]);
        }
        if (varies) {
          const float variance = noise.variance(place, level);
          OHMCARLO_UNROLLED
          for (int k = 0; k < kReads; ++k)
            to.variance[k][part] = fused(digit[k] * digit[k], variance, to.variance[k][part]);
        }
        if (converter_noise.counted != nullptr) {
          const float counted = converter_noise.counted[place];
          OHMCARLO_UNROLLED
          for (int k = 0; k < kReads; ++k)
            to.conducted[k][part] = fused(absolute(digit[k]), counted, to.conducted[k][part]);
        }
      }
    }
  }

  /// Adds the noise of read `read`, which is the k-th that was gathered, to its sums, and these to the totals.
  OHMCARLO_BOTH_SIDES void finish_read(const Place& at, std::int32_t read, int k, const Gathered& gathered,
                                       double* total, std::uint32_t& clipped) const {
    const std::uint64_t event = events[at.row] + static_cast<std::uint64_t>(read);
    const auto counter = static_cast<std::uint32_t>((first_tile + at.tile) * counters_of(width) + at.counter);
    float sums[kParts];
    OHMCARLO_UNROLLED
    for (std::uint32_t part = 0; part < kParts; ++part) {
      const std::uint64_t column = element_of(at.counter, part);
      sums[part] = made != nullptr && column < width ? made[made_place(at, read) + column] : gathered.sum[k][part];
    }
    if (noise.kind != ColumnNoise::Kind::none) {
      const std::array<float, kParts> z = normals_of(key, at_event(noise.address, event), counter);
      const float shared = absolute(noise.sd.c0) * square_root(noise.lines * gathered.squares[k]);
      OHMCARLO_UNROLLED
      for (std::uint32_t part = 0; part < kParts; ++part)
        sums[part] +=
            (noise.kind == ColumnNoise::Kind::constant ? shared : square_root(gathered.variance[k][part])) * z[part];
    }
    if (converter_noise.law != ConverterNoise::Law::none) {
      const std::array<float, kParts> z =
          converter_noise.deviates(key, at_event(converter_noise.address, event), counter);
      const bool counts = converter_noise.counted != nullptr && (converter_noise.always_counts || gathered.negative[k]);
      OHMCARLO_UNROLLED
      for (std::uint32_t part = 0; part < kParts; ++part) {
        const float conducted = counts ? gathered.conducted[k][part] : absolute(sums[part]);
        sums[part] +=
            static_cast<float>(converter_noise.sd(conducted, gathered.active[k]) * static_cast<double>(z[part]));
      }
    }
    OHMCARLO_UNROLLED
    for (std::uint32_t part = 0; part < kParts; ++part) {
      const std::uint64_t column = element_of(at.counter, part);
      if (column < width) total[part] += weigh(at, column, read, sums[part], clipped);
    }
  }

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t made_place(const Place& at, std::int32_t read) const {
    return ((std::uint64_t{at.tile} * rows + at.row) * static_cast<std::uint64_t>(coding.reads) +
            static_cast<std::uint64_t>(read)) *
           width;
  }

  /// What a sum counts for once it is converted.
  [[nodiscard]] OHMCARLO_BOTH_SIDES double weigh(const Place& at, std::uint64_t column, std::int32_t read, float sum,
                                                 std::uint32_t& clipped) const {
    const Divided of_slice = divide(column, columns);
    const double weight = read_weight[read] * slice_weight[of_slice.quotient];
    if (converters.zero == nullptr) return weight * static_cast<double>(sum);
    const std::uint64_t converter = at.tile * columns + of_slice.remainder;
    const float raw = nearest_whole((sum - converters.zero[converter]) * converters.per_lsb[converter]);
    const float above = raw < converters.lowest ? converters.lowest : raw;
    const float code = above > converters.highest ? converters.highest : above;
    clipped += raw != code ? 1U : 0U;
    return weight * static_cast<double>(code);
  }
};

/// y [rows, outputs]: the totals of all row tiles and slices, less those of partners and what shifted input codes add,
/// in units of inputs times weights (crossbar/accumulation.hpp).
struct FinishRead {
  enum class Partner : std::uint8_t {
    none,
    own,      ///< every output has one, `outputs` columns behind it
    of_tile,  ///< outputs of one array share one behind all outputs
  };
  const double* totals = nullptr;   ///< [row tiles, rows, width]
  const double* lsb = nullptr;      ///< [row tiles, columns]; null without converters
  const double* zero = nullptr;     ///< [row tiles, columns]: what code 0 stands for
  const double* shifted = nullptr;  ///< [outputs]
  float* y = nullptr;
  Partner partner = Partner::none;
  double weights = 0;  ///< sum over reads and slices of what their codes count for
  double unit = 1;
  std::uint64_t rows = 0, outputs = 0, columns = 0, slices = 1, row_tiles = 1;
  std::uint64_t tile_columns = 1;  ///< outputs of an array

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return rows * outputs; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const Divided of_row = divide(index, outputs);
    const std::uint64_t row = of_row.quotient, output = of_row.remainder;
    double value = total(row, output) - shifted[output];
    if (partner == Partner::own) value -= total(row, outputs + output);
    if (partner == Partner::of_tile) value -= total(row, outputs + output / tile_columns);
    y[index] = static_cast<float>(value * unit);
  }

 private:
  [[nodiscard]] OHMCARLO_BOTH_SIDES double total(std::uint64_t row, std::uint64_t column) const {
    double all = 0;
    for (std::uint64_t tile = 0; tile < row_tiles; ++tile) {
      const double* of_row = totals + (tile * rows + row) * slices * columns;
      double sum = 0;
      for (std::uint64_t slice = 0; slice < slices; ++slice) sum += of_row[slice * columns + column];
      all += lsb == nullptr ? sum : sum * lsb[tile * columns + column] + weights * zero[tile * columns + column];
    }
    return all;
  }
};

}  // namespace ohmcarlo::gpu
