#include "data/hold_out.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace hold_out_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Origin> origins(std::size_t speakers, std::size_t each) {
  std::vector<Origin> result;
  for (std::size_t s = 0; s < speakers; ++s) {
    for (std::size_t i = 0; i < each; ++i) {
      result.push_back({.name = fmt::format("word{}/{}", i, s), .speaker = fmt::format("speaker{}", s)});
    }
  }
  return result;
}

std::set<std::string> speakers_of(const std::vector<Origin>& all, const std::vector<std::uint32_t>& which) {
  std::set<std::string> speakers;
  for (const std::uint32_t i : which) speakers.insert(all.at(i).speaker);
  return speakers;
}

TEST(HoldOut, IsByWholeSpeakersWhereTheyAreKnown) {
  const auto all = origins(10, 7);
  for (std::uint64_t key = 0; key < 20; ++key) {
    const HoldOut held = hold_out(all, 15, key);
    const auto out = speakers_of(all, held.held_out), kept = speakers_of(all, held.kept);
    EXPECT_EQ(out.size(), 2U);  // 14 is nearer to 15 than 21
    EXPECT_EQ(kept.size(), 8U);
    EXPECT_EQ(held.held_out.size() + held.kept.size(), all.size());
    for (const std::string& speaker : out) EXPECT_FALSE(kept.contains(speaker));
    EXPECT_TRUE(std::is_sorted(held.kept.begin(), held.kept.end()));
    EXPECT_TRUE(std::is_sorted(held.held_out.begin(), held.held_out.end()));
  }
  EXPECT_EQ(hold_out(all, 15, 1).split_by, "speaker (2 of 10 held out)");
  EXPECT_NE(hold_out(all, 15, 1).held_out, hold_out(all, 15, 2).held_out);
}

TEST(HoldOut, TakesTheNearestNumberOfSpeakers) {
  const auto all = origins(5, 10);
  for (const auto& [wanted, expected] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 0}, {1, 10}, {14, 10}, {15, 10}, {16, 20}, {40, 40}, {49, 40}}) {
    EXPECT_EQ(hold_out(all, wanted, 3).held_out.size(), expected) << wanted;
  }
}

TEST(HoldOut, IsByNameWhereSpeakersAreNotKnown) {
  auto all = origins(10, 7);
  all[3].speaker = "";
  const HoldOut held = hold_out(all, 15, 1);
  EXPECT_EQ(held.held_out.size(), 15U);
  EXPECT_THAT(held.split_by, HasSubstr("hash of the name (15 of 70 held out; a speaker may be on both sides)"));
  EXPECT_THAT(hold_out(origins(1, 7), 3, 1).split_by, HasSubstr("hash of the name"));
  EXPECT_EQ(hold_out(origins(1, 7), 3, 1).held_out.size(), 3U);
  // A larger part holds the smaller one.
  const HoldOut larger = hold_out(all, 30, 1);
  EXPECT_TRUE(
      std::includes(larger.held_out.begin(), larger.held_out.end(), held.held_out.begin(), held.held_out.end()));
}

// Worked out with Python: sorted(names, key=lambda n: mix64(key ^ int(sha256(n).hexdigest()[:16], 16))).
TEST(HoldOut, ValuesAreFixedForEver) {
  std::vector<Origin> all;
  for (int i = 0; i < 20; ++i) all.push_back({.name = fmt::format("word/{}.wav", i), .speaker = ""});
  EXPECT_THAT(hold_out(all, 5, 0).held_out, ElementsAre(8U, 10U, 11U, 14U, 16U));
  EXPECT_THAT(hold_out(all, 5, 0xDEADBEEFCAFEF00DULL).held_out, ElementsAre(6U, 7U, 15U, 18U, 19U));
}

TEST(HoldOut, LeavesSomethingToTrainOn) {
  EXPECT_THAT(error_of([] { static_cast<void>(hold_out(origins(2, 2), 4, 0)); }, typeid(BadUsage)),
              HasSubstr("at least one must be left"));
}

}  // namespace hold_out_test
}  // namespace ohmcarlo::test
