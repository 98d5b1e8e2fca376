#pragma once
// What the tests of cells share: one chip, and the shortest way to program it.

#include <cstdint>
#include <vector>

#include "device/programming.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {

constexpr std::uint64_t kPlaneKey = 12345;
constexpr Address kPlaneChip{.layer = 1, .replica = 2, .trial = 3, .slice = 1};
constexpr CellRange kTwoBits{.g_min = 5e-6, .g_max = 35e-6, .top = 3};  // a step is 10 microsiemens, the pedestal 0.5

inline Address chip_for(Purpose purpose, std::uint64_t event = 0) {
  Address address = kPlaneChip;
  address.purpose = purpose;
  address.event = event;
  return address;
}

inline std::vector<float> normals_of(const Address& address, std::size_t count) {
  std::vector<float> normals(count);
  Stream(kPlaneKey, address).normals(0, normals);
  return normals;
}

/// Targets 0, 1, ... top, 0, 1, ...
inline std::vector<float> targets_of(const PlaneShape& plane, const CellRange& range = kTwoBits) {
  std::vector<float> targets(plane.cells());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    targets[i] = static_cast<float>(i % (static_cast<std::size_t>(range.top) + 1));
  }
  return targets;
}

struct Programmed {
  std::vector<float> targets;
  std::vector<float> steps;
  ProgramReport report;
};

inline Programmed program(const CellModel& model, const PlaneShape& plane, std::vector<float> targets,
                          const Address& address = kPlaneChip) {
  Programmed result{.targets = targets, .steps = std::move(targets), .report = {}};
  result.report = program_plane(model, plane, kPlaneKey, address, result.steps);
  return result;
}

inline Programmed program(const CellModel& model, const PlaneShape& plane, const Address& address = kPlaneChip) {
  return program(model, plane, targets_of(plane, model.range), address);
}

}  // namespace ohmcarlo
