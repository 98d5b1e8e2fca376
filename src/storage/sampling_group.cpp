#include "storage/sampling_group.hpp"

#include <algorithm>
#include <stdexcept>

namespace ohmcarlo::h5 {
namespace {

constexpr const char* kSamplingGroup = "sampling";
constexpr const char* kStratum = "stratum";
constexpr const char* kSampleSizes = "n_h";
constexpr const char* kPilotSizes = "pilot_n_h";
constexpr const char* kPilotChips = "pilot_chips";
constexpr const char* kSampleImages = "n";
// Until the pilot has told:
constexpr const char* kPilotCells = "pilot_cells";  // [chips, (point, trial, done)]
constexpr const char* kPilotSums = "pilot_sums";    // [chips, (sums, squares), strata]

[[noreturn]] void refuse_dataset(const char* name) {
  throw std::runtime_error(std::string("its dataset sampling/") + name + " has another size or other values");
}

template <class T>
std::vector<T> read_list(hid_t group, const char* name, hid_t type) {
  const Handle dataset = open_dataset(group, name);
  const std::vector<std::size_t> shape = shape_of(dataset);
  if (shape.size() != 1 || shape.front() == 0) refuse_dataset(name);
  std::vector<T> values(shape.front());
  read_dataset(dataset, type, values);
  return values;
}

void write_pilot(hid_t group, const std::vector<PilotChip>& pilot, std::size_t strata) {
  std::vector<std::uint64_t> cells;
  std::vector<double> sums;
  for (const PilotChip& chip : pilot) {
    cells.insert(cells.end(), {chip.point, chip.trial, std::uint64_t{!chip.sums.empty()}});
    for (const std::vector<double>* values : {&chip.sums, &chip.squares}) {
      sums.insert(sums.end(), values->begin(), values->end());
      sums.resize(sums.size() + strata - values->size());
    }
  }
  write_dataset(group, kPilotCells, H5T_NATIVE_UINT64, std::vector{pilot.size(), std::size_t{3}}, cells.data());
  write_dataset(group, kPilotSums, H5T_NATIVE_DOUBLE, std::vector{pilot.size(), std::size_t{2}, strata}, sums.data());
}

std::vector<PilotChip> read_pilot(hid_t group, std::size_t strata) {
  const Handle cell_set = open_dataset(group, kPilotCells), sum_set = open_dataset(group, kPilotSums);
  const std::vector<std::size_t> shape = shape_of(cell_set);
  if (shape.size() != 2 || shape[1] != 3) refuse_dataset(kPilotCells);
  if (shape_of(sum_set) != std::vector{shape[0], std::size_t{2}, strata}) refuse_dataset(kPilotSums);
  std::vector<std::uint64_t> cells(shape[0] * 3);
  std::vector<double> sums(shape[0] * 2 * strata);
  read_dataset(cell_set, H5T_NATIVE_UINT64, cells);
  read_dataset(sum_set, H5T_NATIVE_DOUBLE, sums);
  std::vector<PilotChip> pilot;
  for (std::size_t i = 0; i < shape[0]; ++i) {
    PilotChip& chip = pilot.emplace_back(PilotChip{
        .point = cells[3 * i], .trial = static_cast<std::uint32_t>(cells[3 * i + 1]), .sums = {}, .squares = {}});
    if (cells[3 * i + 2] == 0) continue;
    const auto first = sums.begin() + static_cast<std::ptrdiff_t>(2 * i * strata);
    const auto middle = first + static_cast<std::ptrdiff_t>(strata);
    chip.sums.assign(first, middle);
    chip.squares.assign(middle, middle + static_cast<std::ptrdiff_t>(strata));
  }
  return pilot;
}

}  // namespace

void write_sampling(hid_t root, const std::optional<Sampling>& sampling) {
  if (!sampling) return;
  const Handle group = create_group(root, kSamplingGroup);
  const auto write_sizes = [&](const char* name, const std::vector<std::uint32_t>& sizes) {
    write_dataset(group, name, H5T_NATIVE_UINT32, std::vector{sizes.size()}, sizes.data());
  };
  write_dataset(group, kStratum, H5T_NATIVE_UINT16, std::vector{sampling->stratum.size()}, sampling->stratum.data());
  write_attribute(group, kPilotChips, std::uint64_t{sampling->pilot_chips});
  if (!sampling->pilot_sizes.empty()) write_sizes(kPilotSizes, sampling->pilot_sizes);
  if (sampling->is_decided()) {
    write_sizes(kSampleSizes, sampling->sizes);
    write_attribute(group, kSampleImages, std::uint64_t{count_images(sampling->sizes)});
  } else if (!sampling->pilot.empty()) {
    write_pilot(group, sampling->pilot, sampling->strata());
  }
}

std::optional<Sampling> read_sampling(hid_t root) {
  if (!exists(root, kSamplingGroup)) return std::nullopt;
  const Handle group = open_group(root, kSamplingGroup);
  Sampling sampling;
  sampling.stratum = read_list<std::uint16_t>(group, kStratum, H5T_NATIVE_UINT16);
  sampling.pilot_chips = static_cast<std::uint32_t>(read_unsigned(group, kPilotChips));
  if (exists(group, kPilotSizes))
    sampling.pilot_sizes = read_list<std::uint32_t>(group, kPilotSizes, H5T_NATIVE_UINT32);
  if (exists(group, kSampleSizes)) sampling.sizes = read_list<std::uint32_t>(group, kSampleSizes, H5T_NATIVE_UINT32);
  if (sampling.strata() == 0) refuse_dataset(kSampleSizes);
  if (sampling.is_decided() && !sampling.pilot_sizes.empty() && sampling.sizes.size() != sampling.pilot_sizes.size())
    refuse_dataset(kSampleSizes);
  std::vector<std::uint32_t> members(sampling.strata(), 0);
  for (const std::uint16_t stratum : sampling.stratum) {
    if (stratum >= members.size()) refuse_dataset(kStratum);
    ++members[stratum];
  }
  for (const auto* sizes : {&sampling.sizes, &sampling.pilot_sizes})
    for (std::size_t h = 0; h < sizes->size(); ++h)
      if ((*sizes)[h] < 1 || (*sizes)[h] > members[h]) refuse_dataset(kSampleSizes);
  if (!sampling.is_decided() && exists(group, kPilotCells)) sampling.pilot = read_pilot(group, sampling.strata());
  return sampling;
}

}  // namespace ohmcarlo::h5
