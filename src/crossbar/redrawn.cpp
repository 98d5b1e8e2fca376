#include "crossbar/redrawn.hpp"

#include <algorithm>
#include <limits>

#include "device/exp_minus_one.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

/// Runs of elements that follow each other: their numbers are made together.
struct Run {
  std::size_t begin;
  std::size_t count;
};

std::vector<Run> runs_of(std::span<const std::uint64_t> elements) {
  std::vector<Run> runs;
  for (std::size_t r = 0; r < elements.size(); ++r) {
    if (r > 0 && elements[r] == elements[r - 1] + 1)
      ++runs.back().count;
    else
      runs.push_back({r, 1});
  }
  return runs;
}

}  // namespace

RedrawnCells::RedrawnCells(std::vector<VariedCell> cells, Index inputs, const Address& address)
    : cells_(std::move(cells)), inputs_(inputs), address_(address) {
  address_.purpose = Purpose::read_defect;
}

void RedrawnCells::add(const CellRange& range, Clip clip, std::uint64_t key, std::span<const std::uint64_t> elements,
                       View<const float> x, Index first, const Matrix<float>& targets, float sign, Index first_output,
                       View<float> sums) const {
  const auto rows = static_cast<Index>(elements.size());
  const std::vector<Run> runs = runs_of(elements);
  const auto pedestal = static_cast<float>(range.pedestal());
  const float lowest = clip == Clip::none   ? -std::numeric_limits<float>::infinity()
                       : clip == Clip::zero ? -pedestal
                                            : 0;
  const float highest = clip == Clip::range ? static_cast<float>(range.top) : std::numeric_limits<float>::infinity();
  std::vector<std::uint8_t> silent(static_cast<std::size_t>(x.rows));
  for (Index i = 0; i < x.rows; ++i)
    silent[static_cast<std::size_t>(i)] =
        std::all_of(x.row(i), x.row(i) + rows, [](float value) { return value == 0; });
  std::vector<float> normals(elements.size());
  std::vector<float> column(elements.size());  // what one output gains
  Address address = address_;
  const auto begin = std::ranges::lower_bound(cells_, static_cast<std::uint64_t>(first_output * inputs_), {},
                                              [](const VariedCell& cell) { return std::uint64_t{cell.cell}; });
  for (auto at = static_cast<std::size_t>(begin - cells_.begin()); at < cells_.size();) {
    const Index output = static_cast<Index>(cells_[at].cell) / inputs_;
    if (output >= first_output + sums.cols) break;
    std::fill(column.begin(), column.end(), 0.0F);
    for (; at < cells_.size() && static_cast<Index>(cells_[at].cell) / inputs_ == output; ++at) {
      const VariedCell& cell = cells_[at];
      const Index input = static_cast<Index>(cell.cell) % inputs_ - first;
      if (input < 0 || input >= x.rows || silent[static_cast<std::size_t>(input)] != 0) continue;
      address.event = cell.cell;
      const Stream stream(key, address);
      for (const Run& run : runs) stream.normals(elements[run.begin], {normals.data() + run.begin, run.count});
      const float target = targets(first + input, output);
      const float* applied = x.row(input);
      for (std::size_t r = 0; r < column.size(); ++r) {
        const float steps = target + (target + pedestal) * exp_minus_one(cell.sigma * normals[r]);
        column[r] += applied[r] * (std::min(std::max(steps, lowest), highest) - target);
      }
    }
    for (Index r = 0; r < rows; ++r) sums(r, output - first_output) += sign * column[static_cast<std::size_t>(r)];
  }
}

}  // namespace ohmcarlo
