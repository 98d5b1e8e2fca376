#include "storage/tail_file.hpp"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "scratch.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo::test {
namespace tail_file_test {

TailRecord small_tail() {
  TailRecord tail{.name = "one", .toml = "seed = 1\n", .hash = "abc", .status = "complete", .point = "sigma 0.2"};
  tail.selectors = {"sigma=0.2", "method=plain"};
  tail.below = 0.5;
  tail.chips = 3;
  tail.estimate = 1e-3;
  tail.evaluations = 5;
  TailLevelRecord first{.accuracy = {0.9, 0.4, 0.7}, .margin = {1, -1.5, 0.25}};
  first.threshold_accuracy = 0.4;
  first.share = 1.0 / 3;
  TailLevelRecord second{.accuracy = {0.4, 0.3, 0.3}, .margin = {-1.5, -2, -2}, .accepted = {0, 1, 0}};
  second.chain_first = {1};
  second.chain_length = {3};
  second.step = 0.6;
  tail.runs = {{first, second}, {first}};
  tail.parts = {{}, {.states = {2}, .accuracy = {0.4, 0.35}, .margin = {-1.5, -1.75}, .accepted = {0, 1}}};
  tail.worst = {{0.5, 0.8, 0.85}, {2, 0.1, 0.2}};
  return tail;
}

TEST(TailFile, IsReadAsItWasWritten) {
  const Scratch folder;
  save_tail(folder / "T.h5", small_tail());
  const TailRecord read = load_tail(folder / "T.h5");
  EXPECT_EQ(read.name, "one");
  EXPECT_EQ(read.toml, "seed = 1\n");
  EXPECT_EQ(read.point, "sigma 0.2");
  EXPECT_THAT(read.selectors, ::testing::ElementsAre("sigma=0.2", "method=plain"));
  EXPECT_EQ(read.below, 0.5);
  EXPECT_TRUE(std::isnan(read.quantile));
  EXPECT_EQ(read.chips, 3U);
  ASSERT_EQ(read.runs.size(), 2U);
  ASSERT_EQ(read.runs[0].size(), 2U);
  ASSERT_EQ(read.runs[1].size(), 1U);
  EXPECT_THAT(read.runs[0][0].margin, ::testing::ElementsAre(1, -1.5, 0.25));
  EXPECT_TRUE(read.runs[0][0].accepted.empty());
  EXPECT_THAT(read.runs[0][1].accepted, ::testing::ElementsAre(0, 1, 0));
  EXPECT_THAT(read.runs[0][1].chain_length, ::testing::ElementsAre(3));
  EXPECT_EQ(read.runs[0][1].step, 0.6);
  EXPECT_EQ(read.runs[0][0].share, 1.0 / 3);
  EXPECT_EQ(read.evaluations, 5U);
  ASSERT_EQ(read.parts.size(), 2U);
  EXPECT_TRUE(read.parts[0].states.empty());
  EXPECT_THAT(read.parts[1].states, ::testing::ElementsAre(2));
  EXPECT_THAT(read.parts[1].accuracy, ::testing::ElementsAre(0.4, 0.35));
  EXPECT_THAT(read.parts[1].margin, ::testing::ElementsAre(-1.5, -1.75));
  EXPECT_THAT(read.parts[1].accepted, ::testing::ElementsAre(0, 1));
  ASSERT_EQ(read.worst.size(), 2U);
  EXPECT_EQ(read.worst[0].bound, 0.5);
  EXPECT_EQ(read.worst[1].accuracy, 0.1);
  EXPECT_EQ(read.worst[1].one_step, 0.2);
}

TEST(TailFile, StatesOfAnUnfinishedLevelHaveAllTheirNumbers) {
  const Scratch folder;
  TailRecord tail = small_tail();
  tail.parts[1].margin.pop_back();
  save_tail(folder / "T.h5", tail);
  EXPECT_THAT(error_of([&] { (void)load_tail(folder / "T.h5"); }, typeid(UnusableResults)),
              ::testing::HasSubstr("an unfinished level has other numbers of states than of scores"));
}

TEST(TailFile, NamesADeviceThatIsNotTheProcessor) {
  const Scratch folder;
  TailRecord tail = small_tail();
  save_tail(folder / "cpu.h5", tail);
  EXPECT_EQ(load_tail(folder / "cpu.h5").device, "");
  tail.device = "cuda";
  save_tail(folder / "cuda.h5", tail);
  EXPECT_EQ(load_tail(folder / "cuda.h5").device, "cuda");
}

TEST(TailFile, DamageIsNoticed) {
  const Scratch folder;
  save_tail(folder / "T.h5", small_tail());
  std::vector<std::byte> bytes = read_whole(folder / "T.h5");
  bytes[bytes.size() / 2] ^= std::byte{1};
  write_whole(folder / "T.h5", bytes);
  EXPECT_THAT(error_of([&] { (void)load_tail(folder / "T.h5"); }, typeid(UnusableResults)),
              ::testing::HasSubstr("damaged"));
  std::ofstream(folder / "text") << "no file of tails";
  EXPECT_THAT(error_of([&] { (void)load_tail(folder / "text"); }, typeid(UnusableResults)),
              ::testing::HasSubstr("not a file of ohmcarlo tail"));
}

}  // namespace tail_file_test
}  // namespace ohmcarlo::test
