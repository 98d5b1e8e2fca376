#include "device/programming.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "device/blocks.hpp"

namespace ohmcarlo {
namespace {

Address with_purpose(Address address, Purpose purpose) {
  address.purpose = purpose;
  address.event = 0;
  return address;
}

/// The lowest float that does not conduct less than nothing: -g_min in steps may be rounded below.
float nothing(const CellRange& range) {
  auto steps = static_cast<float>(-range.pedestal());
  while (range.siemens(double{steps}) < 0) steps = std::nextafter(steps, 0.0F);
  return steps;
}

void clip_cells(Clip clip, const CellRange& range, std::span<float> steps) {
  if (clip == Clip::none) return;
  const auto lowest = clip == Clip::zero ? nothing(range) : 0.0F;
  for (float& cell : steps) cell = std::max(cell, lowest);
  if (clip == Clip::zero) return;
  const auto top = static_cast<float>(range.top);
  for (float& cell : steps) cell = std::min(cell, top);
}

using Block = std::array<float, kCellBlock>;

/// The sum of a whole block, halved again and again: vectors all the way, and hardly any rounding. `values` is used up.
float sum(Block& values) {
  for (std::size_t half = kCellBlock / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) values[i] += values[i + half];
  }
  return values[0];
}

/// Adds the errors of one block in steps; the report has them relative to `top` steps.
void add_errors(std::span<const float> targets, std::span<const float> realised, std::span<const std::uint8_t> map,
                double top, ProgramReport& report) {
  Block errors;
  Block squares;
  if (targets.size() < kCellBlock) errors.fill(0);
  for (std::size_t i = 0; i < targets.size(); ++i) errors[i] = realised[i] - targets[i];
  for (std::size_t i = 0; i < map.size(); ++i) errors[i] = is_stuck(map[i]) ? 0.0F : errors[i];
  for (std::size_t i = 0; i < kCellBlock; ++i) squares[i] = errors[i] * errors[i];
  report.error_sum += sum(errors) / top;
  report.error_squares += sum(squares) / (top * top);
}

}  // namespace

std::string problem(const CellModel& model) {
  const CellRange& range = model.range;
  if (!(range.g_min < range.g_max)) {
    return fmt::format("g_min is {:g} siemens and must be below g_max, {:g} siemens", range.g_min, range.g_max);
  }
  if (model.drift) {
    if (std::string why = problem(*model.drift); !why.empty()) return why;
  }
  if (std::string why = problem(model.variation, range); !why.empty()) return why;
  if (!model.defects) return {};
  if (model.faults.rate != 0) return "defects take the place of faults: set one of the two";
  if (model.verify) return "defects are not verified: set one of defects and write-verify";
  if (!model.array.none() || !CellLaw(model.variation, range).exact()) {
    return "defects take the place of variation: set one of the two";
  }
  return problem(*model.defects);
}

ProgramReport& ProgramReport::operator+=(const ProgramReport& other) {
  cells += other.cells;
  stuck += other.stuck;
  pulses += other.pulses;
  missed += other.missed;
  error_sum += other.error_sum;
  error_squares += other.error_squares;
  return *this;
}

ProgramReport program_plane(const CellModel& model, const PlaneShape& plane, const Lineage& chip,
                            const Address& address, std::span<float> steps) {
  require(steps.size() == plane.cells(), "the targets of a plane must be one for each of its cells");
  require(!model.verify || chip.moves.empty(), "pulses of write-verify do not move");
  const std::vector<std::uint8_t> map = cell_kinds(model, plane, chip, address);
  ProgramReport report{.cells = plane.cells()};
  report.stuck = static_cast<std::uint64_t>(std::count_if(map.begin(), map.end(), is_stuck));

  const auto top = static_cast<float>(model.range.top);
  const CellLaw law = model.defects ? CellLaw({}, model.range) : CellLaw(model.variation, model.range);
  const bool varied = !law.exact();
  const MovedStream first_pulse(chip, with_purpose(address, Purpose::programming));
  std::optional<ArrayFactors> shared;
  if (!model.defects && !model.array.none()) shared.emplace(model.array, model.range, plane, chip, address);
  std::optional<CellDrift> drift;
  if (model.drift && model.drift->time != model.drift->time_programmed) {
    drift.emplace(*model.drift, model.range, chip, address);
  }

  Block target_block;
  Block normals;
  for_blocks(steps.size(), [&](std::size_t first, std::size_t count) {
    const std::span<float> cells = steps.subspan(first, count);
    const std::span<const std::uint8_t> codes =
        map.empty() ? std::span<const std::uint8_t>() : std::span(map).subspan(first, count);
    std::copy(cells.begin(), cells.end(), target_block.begin());
    const std::span<const float> targets(target_block.data(), count);
    if (varied) {
      first_pulse.normals(first, {normals.data(), count});
      law.apply(targets, {normals.data(), count}, cells);
    }
    if (model.defects && !model.defects->redrawn && !codes.empty())
      vary_defective(*model.defects, model.range, chip, address, first, codes, cells);
    if (model.verify && !model.defects) {
      override_stuck(codes, top, cells);
      const PulseTally tally =
          verify(*model.verify, law, model.range.top, chip.key, address, first, targets, codes, cells);
      report.pulses += tally.pulses;
      report.missed += tally.missed;
    } else {
      report.pulses += count;
    }
    if (shared) shared->apply(first, cells);
    clip_cells(model.clip, model.range, cells);
    add_errors(targets, cells, codes, top, report);
    if (drift) drift->apply(first, cells);
    override_stuck(codes, top, cells);
  });
  return report;
}

std::vector<std::uint8_t> cell_kinds(const CellModel& model, const PlaneShape& plane, const Lineage& chip,
                                     const Address& address) {
  return model.defects ? defect_map(*model.defects, plane.cells(), chip, address)
                       : fault_map(model.faults, plane, chip, address);
}

std::vector<std::uint8_t> stuck_cells(const CellModel& model, const PlaneShape& plane, const Lineage& chip,
                                      const Address& address) {
  std::vector<std::uint8_t> map = cell_kinds(model, plane, chip, address);
  std::replace(map.begin(), map.end(), kVaried, kFree);
  return map;
}

}  // namespace ohmcarlo
