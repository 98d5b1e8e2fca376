#include "device/programming.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

constexpr std::uint64_t kKey = 12345;
constexpr Address kChip{.layer = 1, .replica = 2, .trial = 3, .slice = 1};

TEST(ProgramPlane, AddsTheNormalsOfItsAddress) {
  const PlaneShape plane{.outputs = 70, .inputs = 71};
  const CellModel model{.range = {.g_min = 1e-6, .g_max = 2e-6, .top = 3}, .variation = {.sigma = 0.1}};
  std::vector<float> steps(plane.cells(), 2);
  program_plane(model, plane, kKey, kChip, steps);
  Address address = kChip;
  address.purpose = Purpose::programming;
  std::vector<float> normals(plane.cells());
  Stream(kKey, address).normals(0, normals);
  for (std::size_t i = 0; i < steps.size(); ++i) ASSERT_FLOAT_EQ(steps[i], 2 + 0.3F * normals[i]);
}

}  // namespace
}  // namespace ohmcarlo
