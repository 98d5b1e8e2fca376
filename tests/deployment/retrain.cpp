#include "deployment/retrain.hpp"

#include <gtest/gtest.h>

#include "deployment/small_chip.hpp"

namespace ohmcarlo {
namespace retrain_test {

using small::Chip;
using small::kNoPoll;

TEST(Retrain, MovesGoodPairsAloneAndWritesEachCellOnce) {
  Chip chip(small::defective(0.2));
  const double loss = chip.loss();
  std::uint64_t changed = 0;
  const std::uint64_t writes =
      retrain(chip.arrays, chip.seen, {.updates = 200, .batch = 50, .learning_rate = 0.1}, kNoPoll);
  for (std::size_t layer = 0; layer < 3; ++layer) {
    Chip fresh(small::defective(0.2));
    const std::vector<std::uint8_t> positive = chip.kinds(layer, false), negative = chip.kinds(layer, true);
    const Matrix<float> now[] = {chip.cells(layer, false), chip.cells(layer, true)};
    const Matrix<float> then[] = {fresh.cells(layer, false), fresh.cells(layer, true)};
    for (std::size_t i = 0; i < positive.size(); ++i) {
      const bool good = positive[i] == kFree && negative[i] == kFree;
      for (const int polarity : {0, 1}) {
        const float value = now[polarity].data()[i];
        changed += value != then[polarity].data()[i] ? 1 : 0;
        if (!good) {
          ASSERT_EQ(value, then[polarity].data()[i]);
        } else {
          ASSERT_GE(value, 0);
          ASSERT_LE(value, 1);
        }
      }
      if (good) {
        ASSERT_FLOAT_EQ(now[0].data()[i] + now[1].data()[i], 1);  // mid-point pairs
      }
    }
  }
  EXPECT_EQ(writes, changed);
  EXPECT_GT(writes, 1000U);
  EXPECT_LT(chip.loss(), loss);
}

}  // namespace retrain_test
}  // namespace ohmcarlo
