#include "trial/messages.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace messages_test {

TEST(Messages, RecordsOfModelsComeBack) {
  const ModelRecord record{"id", "a = 1\nb = 2\n", "plain", "file", 3, 4, 0.5, 0.25, std::nan(""), 1.5, true};
  const ModelRecord back = unpack_model(pack(record));
  EXPECT_EQ(back.id, record.id);
  EXPECT_EQ(back.identity, record.identity);
  EXPECT_EQ(back.method, record.method);
  EXPECT_EQ(back.file, record.file);
  EXPECT_EQ(back.replica, 3);
  EXPECT_EQ(back.epoch, 4);
  EXPECT_EQ(back.training_loss, 0.5);
  EXPECT_EQ(back.validation_accuracy, 0.25);
  EXPECT_TRUE(std::isnan(back.clean_accuracy));
  EXPECT_EQ(back.clean_loss, 1.5);
  EXPECT_TRUE(back.diverged);
}

TEST(Messages, ResultsOfChipsComeBack) {
  const std::vector<ChipResult> chips = {{{0.5, 1.5, std::nan(""), 7, -1}, false}, {{0, 1, 2, 3, 4}, true}};
  const std::vector<ChipResult> back = unpack_chips(pack(chips), 5);
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].values[0], 0.5);
  EXPECT_EQ(back[0].values[1], 1.5);
  EXPECT_TRUE(std::isnan(back[0].values[2]));
  EXPECT_EQ(back[0].values[3], 7);
  EXPECT_EQ(back[0].values[4], -1);
  EXPECT_FALSE(back[0].failed);
  EXPECT_EQ(back[1].values, (std::vector<double>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(back[1].failed);
}

TEST(Messages, ResultsOfChipsHaveTheLengthTheyMustHave) {
  const std::string message = pack(std::vector<ChipResult>{{{0.5, 1.5}, false}, {{0, 1}, true}});
  EXPECT_THROW((void)unpack_chips(message, 3), std::logic_error);
  EXPECT_THROW((void)unpack_chips(message, 1), std::logic_error);
  EXPECT_THROW((void)unpack_chips(message + "x", 2), std::logic_error);
  for (std::size_t size = 0; size < message.size(); ++size)
    EXPECT_THROW((void)unpack_chips(message.substr(0, size), 2), std::logic_error) << size;
}

}  // namespace messages_test
}  // namespace ohmcarlo
