#pragma once
// Sums of columns with read noise drawn for every cell (crossbar/noisy_read.hpp), as work for the threads of a GPU,
// below 2^32 of them.

#include <cstdint>

#include "gpu/array_inputs.hpp"
#include "gpu/numbers.hpp"

namespace ohmcarlo::gpu {

/// An SdLaw, in numbers for threads.
struct SdNumbers {
  float c0 = 0, c1 = 0, c2 = 0;
};

/// The cells of one polarity of a group, slice after slice: levels [slices, inputs, columns of all groups].
struct CellPlanes {
  const float* cells = nullptr;
  const std::uint8_t* negative =
      nullptr;                     ///< [inputs, columns of all groups]: 1 where a digital sign is -; may be null
  std::uint64_t columns = 0;       ///< of the group; 0: there are no such cells
  std::uint64_t first_column = 0;  ///< of the group, among those of all groups
  std::uint64_t all_columns = 0;
  std::uint64_t into = 0;  ///< the first sum of slice 0 that they go to

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t place(std::uint64_t input, std::uint64_t column) const {
    return input * all_columns + first_column + column;
  }
};

/// sums [row tiles, rows, reads, width] of what the word lines of a tile drive through cells that have noise of their
/// own at every read, bit for bit those of add_noisy_cells() where wires are ideal. One thread for each counter of a
/// plane's columns: four columns.
struct SumCells {
  const float* codes = nullptr;           ///< [rows, inputs]
  const std::uint64_t* events = nullptr;  ///< [rows]: read_event() of read 0
  float* sums = nullptr;
  DigitCoding coding;
  WordLines lines;
  PhiloxKey key = {};
  PackedAddress address[2] = {};  ///< of slice 0, of either polarity, without the event
  PackedAddress slice_step = {};  ///< what is added to an address from one slice to the next
  std::uint64_t first_line = 0;   ///< word line of all groups that word line 0 of this one is
  CellPlanes planes[2];           ///< positive, negative
  bool subtracts = false;         ///< the negative plane's currents are subtracted from the sums of the positive one
  SdNumbers sd;
  float pedestal = 0;                               ///< that every level of these sums lies above 0 besides
  std::uint64_t rows = 0, slices = 0, columns = 0;  ///< columns: sums of a slice

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t counters() const { return counters_of(planes[0].columns); }
  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const {
    return lines.tiles() * rows * static_cast<std::uint64_t>(coding.reads) * slices * counters();
  }

  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const Divided of_counter = divide(index, counters());
    const Divided of_slice = divide(of_counter.quotient, slices);
    const Divided of_read = divide(of_slice.quotient, static_cast<std::uint64_t>(coding.reads));
    const Divided of_row = divide(of_read.quotient, rows);
    const Place at{of_row.quotient, of_row.remainder, of_read.remainder, of_slice.remainder, of_counter.remainder};
    for (int polarity = 0; polarity < 2; ++polarity)
      if (at.counter < counters_of(planes[polarity].columns)) add_plane(at, polarity);
  }

 private:
  struct Place {
    std::uint32_t tile, row, read, slice, counter;
  };

  OHMCARLO_BOTH_SIDES void add_plane(const Place& at, int polarity) const {
    const CellPlanes& plane = planes[polarity];
    const bool continues = polarity == 1 && subtracts;
    float* out = sums +
                 ((std::uint64_t{at.tile} * rows + at.row) * static_cast<std::uint64_t>(coding.reads) + at.read) *
                     slices * columns +
                 at.slice * columns + plane.into;
    // As add_noisy_read() does, the rest of a line behind its whole blocks is summed from 0 on.
    const bool apart = plane.negative == nullptr && at.counter / kLanes == plane.columns / kElements;
    const float begin = continues ? 0.0F : shared_sum(at);
    float before[kParts], now[kParts];
    OHMCARLO_UNROLLED
    for (std::uint32_t part = 0; part < kParts; ++part) {
      const std::uint64_t column = element_of(at.counter, part);
      before[part] = continues && column < plane.columns ? out[column] : begin;
      now[part] = apart ? 0.0F : before[part];
    }
    add_lines(at, polarity, now);
    OHMCARLO_UNROLLED
    for (std::uint32_t part = 0; part < kParts; ++part) {
      const std::uint64_t column = element_of(at.counter, part);
      if (column < plane.columns) out[column] = apart ? before[part] + now[part] : now[part];
    }
  }

  OHMCARLO_BOTH_SIDES void add_lines(const Place& at, int polarity, float* now) const {
    const CellPlanes& plane = planes[polarity];
    const bool minus = polarity == 1 && subtracts;
    const std::uint64_t line_counters = counters_of(plane.columns);
    PackedAddress stream = address[polarity];
    for (std::size_t word = 0; word < stream.size(); ++word) stream[word] += at.slice * slice_step[word];
    stream = at_event(stream, events[at.row] + at.read);
    const float* cells = plane.cells + at.slice * lines.inputs * plane.all_columns;
    const float* row = codes + at.row * lines.inputs;
    const std::uint64_t end = lines.end(at.tile);
    for (std::uint64_t line = lines.first(at.tile); line < end; ++line) {
      const float digit = coding.digit_of(row[line], static_cast<std::int32_t>(at.read));
      if (digit == 0) continue;
      const float x = minus ? -digit : digit;
      const std::array<float, kParts> z =
          normals_of(key, stream, static_cast<std::uint32_t>((first_line + line) * line_counters + at.counter));
      OHMCARLO_UNROLLED
      for (std::uint32_t part = 0; part < kParts; ++part) {
        const std::uint64_t column = element_of(at.counter, part);
        if (column >= plane.columns) continue;
        const std::uint64_t place = plane.place(line, column);
        const float cell = cells[place];
        now[part] = plane.negative != nullptr ? now[part] + (plane.negative[place] != 0 ? -x : x) * noisy(cell, z[part])
                                              : fused(noise_of(x, cell), z[part], fused(x, cell, now[part]));
      }
    }
  }

  /// cell + sd(cell) z, as cells with digital signs are read.
  [[nodiscard]] OHMCARLO_BOTH_SIDES float noisy(float cell, float z) const {
    return cell + ((sd.c2 * cell + sd.c1) * cell + sd.c0) * z;
  }
  /// x sd(cell), as add_noisy_read() works it out.
  [[nodiscard]] OHMCARLO_BOTH_SIDES float noise_of(float x, float cell) const {
    if (sd.c2 != 0) return fused(fused(x * sd.c2, cell, x * sd.c1), cell, x * sd.c0);
    return sd.c1 != 0 ? fused(x * sd.c1, cell, x * sd.c0) : x * sd.c0;
  }
  /// What the pedestals of all cells add to a sum.
  [[nodiscard]] OHMCARLO_BOTH_SIDES float shared_sum(const Place& at) const {
    if (pedestal == 0) return 0;
    float sum = 0;
    const std::uint64_t end = lines.end(at.tile);
    for (std::uint64_t line = lines.first(at.tile); line < end; ++line)
      sum += coding.digit_of(codes[at.row * lines.inputs + line], static_cast<std::int32_t>(at.read));
    return pedestal * sum;
  }
};

}  // namespace ohmcarlo::gpu
