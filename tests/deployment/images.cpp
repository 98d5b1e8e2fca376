#include "deployment/images.hpp"

#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "deployment/small_chip.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace images_test {

using small::Chip;

TEST(DrawBatch, DrawsTrainingImagesByAddress) {
  const Chip chip;
  const Address order{.purpose = Purpose::in_situ_order, .replica = 1, .trial = 4};
  DeploymentImages few{chip.training, {}, {5, 9, 200}};
  std::vector<std::uint32_t> words(60);
  Stream(3, order).words(2 * 60, words);
  Batch batch, single;
  draw_batch(few, 3, order, 2, 60, batch);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint32_t image = few.training[static_cast<std::size_t>(std::floor(words[i] * 0x1p-32 * 3))];
    EXPECT_EQ(batch.labels[i], chip.training->labels()[image]);
    fill_batch(*chip.training, {}, std::span(&image, 1), single);
    EXPECT_EQ(batch.x.row(static_cast<Index>(i)), single.x.row(0));
  }
}

TEST(ReadsOf, StagesAndRoundsHaveKeysOfTheirOwn) {
  const ChipKey chip{7, {.trial = 3}};
  std::set<std::uint64_t> keys = {chip.key};
  for (const Purpose stage : {Purpose::calibration_read, Purpose::probe_read, Purpose::in_situ_read})
    for (std::uint64_t round = 0; round < 100; ++round) keys.insert(reads_of(chip, stage, round).key);
  EXPECT_EQ(keys.size(), 301U);
  EXPECT_EQ(reads_of(chip, Purpose::probe_read, 5).address, chip.address);
}

}  // namespace images_test
}  // namespace ohmcarlo
