// Scores and tallies of a device, against those of network/loss.hpp.

#include "gpu/row_scores.hpp"

#include <gtest/gtest.h>

#include "gpu/device_networks.hpp"
#include "gpu/on_devices.hpp"

namespace ohmcarlo::gpu {
namespace row_scores_test {

class RowScoresOnDevices : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, RowScoresOnDevices, kDevices, kNameOfDevice);

/// Logits [rows, chips * classes] in steps of a half, so that some of a row are equal, and labels.
struct Made {
  Matrix<float> logits;
  std::vector<Label> labels;
};

Made made(std::size_t rows, std::size_t chips, std::size_t classes) {
  std::vector<float> normals(rows * chips * classes);
  Stream(3, {.purpose = Purpose::initialisation}).normals(0, normals);
  Made all;
  all.logits = View<const float>(normals.data(), static_cast<Index>(rows), static_cast<Index>(chips * classes)).map();
  all.logits = (2 * all.logits.array()).round() / 2;
  for (std::size_t i = 0; i < rows; ++i) all.labels.push_back(static_cast<Label>(i * 7 % classes));
  return all;
}

std::shared_ptr<const ListOnDevice> list_of(const std::shared_ptr<Device>& device, const std::vector<Label>& labels) {
  auto list = std::make_shared<ListOnDevice>();
  list->rows.labels = labels;
  list->labels = DeviceArray<std::int32_t>(device, labels);
  return list;
}

// More rows than lanes, in two parts; more classes than are told apart in pairs.
TEST_P(RowScoresOnDevices, AreThoseOfTheProcessor) {
  for (const auto& [rows, classes] : {std::pair{700UL, 5UL}, {3UL, 2UL}, {300UL, 1001UL}}) {
    Made all = made(rows, 3, classes);
    all.logits(1, 1) = NAN;
    const auto list = list_of(device_, all.labels);
    RowScores scores(device_, 3, classes, 10);
    scores.begin(*list);
    const std::size_t half = rows / 2, width = 3 * classes;
    const DeviceArray<float> logits(device_,
                                    std::vector<float>(all.logits.data(), all.logits.data() + all.logits.size()));
    scores.add(*list, 0, half, logits.data());
    scores.add(*list, half, rows - half, logits.data() + half * width);
    std::vector<Tally> expected(3);
    tally(View<const float>(all.logits), all.labels, expected);
    const std::vector<Tally> found = scores.tallies(*list, 3);
    for (std::size_t chip = 0; chip < 3; ++chip) {
      EXPECT_EQ(found[chip].images, expected[chip].images);
      EXPECT_EQ(found[chip].correct, expected[chip].correct) << chip;
      EXPECT_EQ(found[chip].confusion, expected[chip].confusion) << chip;
      EXPECT_EQ(found[chip].class_images, expected[chip].class_images);
      if (chip == 0) {
        EXPECT_TRUE(std::isnan(found[chip].loss_sum) && std::isnan(found[chip].margin_sum));
      } else {
        // Exponentials and logarithms of each side are off by 2^-23 at most, of numbers below 16.
        EXPECT_NEAR(found[chip].loss(), expected[chip].loss(), 4e-6);
        EXPECT_NEAR(found[chip].margin_sum, expected[chip].margin_sum, 1e-9);
        EXPECT_NEAR(found[chip].correct_ekl, expected[chip].correct_ekl, 4e-6 * expected[chip].images);
      }
    }
    const std::vector<RowScore> single = scores.scores(*list);
    std::vector<Answer> answers;
    const Matrix<float> of_last = all.logits.rightCols(static_cast<Index>(classes));
    append_answers(View<const float>(of_last), all.labels, std::vector<std::uint32_t>(rows), answers);
    for (std::size_t row = 0; row < rows; ++row) {
      EXPECT_EQ(single[row * 3 + 2].answer, answers[row].answer);
      EXPECT_EQ(single[row * 3 + 2].margin, answers[row].margin);
      EXPECT_NEAR(single[row * 3 + 2].loss(), answers[row].loss, 4e-6);
    }
  }
}

TEST_P(RowScoresOnDevices, ForgetTheListBefore) {
  const Made all = made(400, 1, 4);
  const DeviceArray<float> logits(device_,
                                  std::vector<float>(all.logits.data(), all.logits.data() + all.logits.size()));
  RowScores scores(device_, 1, 4, 400);
  std::vector<Tally> last;
  for (const std::size_t rows : {10UL, 400UL, 10UL}) {
    const auto list = list_of(device_, {all.labels.begin(), all.labels.begin() + static_cast<std::ptrdiff_t>(rows)});
    scores.begin(*list);
    scores.add(*list, 0, rows, logits.data());
    const std::vector<Tally> found = scores.tallies(*list, 1);
    EXPECT_EQ(found.front().images, static_cast<double>(rows));
    if (!last.empty() && rows == 10) small_device::expect_same_bits(found.front(), last.front());
    if (rows == 10) last = found;
  }
}

TEST(RowScores, TakeTheBytesThatTheySay) {
  for (const std::size_t classes : {5UL, 1001UL}) {
    const auto device = std::make_shared<HostTwin>();
    const RowScores scores(device, 3, classes, 100);
    EXPECT_EQ(device->used_bytes(), RowScores::bytes(3, classes, 100));
  }
}

}  // namespace row_scores_test
}  // namespace ohmcarlo::gpu
