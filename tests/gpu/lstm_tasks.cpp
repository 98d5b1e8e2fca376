// Time steps that the threads of a GPU would make, against those of the processor.

#include "gpu/lstm_tasks.hpp"

#include <gtest/gtest.h>

#include "gpu/on_devices.hpp"
#include "network/lstm_step.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::gpu {
namespace lstm_tasks_test {

class LstmTasksOnDevices : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, LstmTasksOnDevices, kDevices, kNameOfDevice);

constexpr Index kRecordings = 5, kChips = 3, kHidden = 6;

Matrix<float> normals(Index rows, Index columns, std::uint32_t layer) {
  Matrix<float> values(rows, columns);
  Stream(9, {.purpose = Purpose::initialisation, .layer = layer})
      .normals(0, {values.data(), static_cast<std::size_t>(values.size())});
  return values;
}

std::vector<float> numbers(const Matrix<float>& values) {
  return {values.data(), values.data() + values.size()};
}

Matrix<float> on_host(const DeviceArray<float>& values, Index rows) {
  const std::vector<float> found = values.download(0, values.size());
  return View<const float>(found.data(), rows, static_cast<Index>(found.size()) / rows).map();
}

// Rows of the processor's step are the lanes of one chip. Curves of both sides are off by a few 2^-24, of values within
// 1; cells are within 4.
TEST_P(LstmTasksOnDevices, StepAsTheProcessor) {
  const Matrix<float> sums = 3 * normals(kRecordings, kChips * 4 * kHidden, 0),
                      before = normals(kRecordings, kChips * kHidden, 1);
  const Vector<float> bias = normals(1, 4 * kHidden, 2).row(0).transpose();
  const std::vector<std::uint8_t> ends = {0, 1, 0, 0, 1};
  const DeviceArray<float> sums_there(device_, numbers(sums)), cell(device_, numbers(before));
  const DeviceArray<float> bias_there(device_, std::vector<float>(bias.data(), bias.data() + bias.size()));
  const DeviceArray<float> state(device_, cell.size()), y(device_, cell.size());
  const DeviceArray<std::uint8_t> ends_there(device_, ends);
  device_->launch(LstmStep{.sums = sums_there.data(),
                           .bias = bias_there.data(),
                           .ends = ends_there.data(),
                           .cell = cell.data(),
                           .state = state.data(),
                           .y = y.data(),
                           .lanes = kRecordings,
                           .chips = kChips,
                           .hidden = kHidden});
  const Matrix<float> c = on_host(cell, kRecordings), next = on_host(state, kRecordings), h = on_host(y, kRecordings);
  for (Index chip = 0; chip < kChips; ++chip) {
    Matrix<float> gates = sums.middleCols(chip * 4 * kHidden, 4 * kHidden);
    const Matrix<float> previous = before.middleCols(chip * kHidden, kHidden);
    Matrix<float> cells(kRecordings, kHidden), squashed(kRecordings, kHidden), outputs(kRecordings, kHidden);
    lstm_step<float>({View<float>(gates), View<const float>(previous), View<float>(cells), View<float>(squashed),
                      View<float>(outputs)},
                     bias, nullptr);
    for (Index lane = 0; lane < kRecordings; ++lane)
      for (Index unit = 0; unit < kHidden; ++unit) {
        const Index column = chip * kHidden + unit;
        const bool last = ends[static_cast<std::size_t>(lane)] != 0;
        EXPECT_NEAR(h(lane, column), outputs(lane, unit), 1e-6F);
        EXPECT_EQ(next(lane, column), last ? 0 : h(lane, column));
        EXPECT_NEAR(c(lane, column), last ? 0 : cells(lane, unit), 2e-6F);
      }
  }
}

// The product of a step: some columns of the weights, added to what is there.
TEST_P(LstmTasksOnDevices, ProductsAddUp) {
  const Matrix<float> x = normals(kRecordings, kChips * kHidden, 3), weights = normals(kChips * 4, kHidden + 2, 4),
                      before = normals(kRecordings, kChips * 4, 5);
  const DeviceArray<float> x_there(device_, numbers(x)), weights_there(device_, numbers(weights));
  const DeviceArray<float> y(device_, numbers(before));
  device_->launch(Products{.x = x_there.data(),
                           .weights = weights_there.data() + 2,
                           .y = y.data(),
                           .rows = kRecordings,
                           .chips = kChips,
                           .outputs = 4,
                           .inputs = kHidden,
                           .weights_width = kHidden + 2,
                           .adds = true});
  const Matrix<float> found = on_host(y, kRecordings);
  for (Index chip = 0; chip < kChips; ++chip) {
    const Matrix<float> expected =
        before.middleCols(chip * 4, 4) +
        x.middleCols(chip * kHidden, kHidden) * weights.block(chip * 4, 2, 4, kHidden).transpose();
    EXPECT_LE((found.middleCols(chip * 4, 4) - expected).cwiseAbs().maxCoeff(), 1e-5F);
  }
}

}  // namespace lstm_tasks_test
}  // namespace ohmcarlo::gpu
