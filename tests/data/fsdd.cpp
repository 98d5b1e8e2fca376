#include "data/fsdd.hpp"

#include <gmock/gmock.h>

#include "data/recording_names.hpp"

namespace ohmcarlo::test {
namespace fsdd_test {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(Fsdd, NamesSayDigitSpeakerAndIndex) {
  const Scratch scratch;
  for (const std::string name : {"9_theo_49.wav", "0_theo_4.wav", "0_theo_5.wav", "0_two_names_0.wav", "LICENSE.txt"}) {
    write_text(scratch / name, "");
  }
  const Recordings recordings = find_fsdd(scratch.path());
  EXPECT_EQ(recordings.rate, 8000U);
  EXPECT_THAT(recordings.class_names, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  ASSERT_THAT(names_of(recordings), ElementsAre("0_theo_4.wav", "0_theo_5.wav", "0_two_names_0.wav", "9_theo_49.wav"));
  EXPECT_EQ(recordings.items[2].origin.speaker, "two_names");
  EXPECT_EQ(recordings.items[3].origin.speaker, "theo");
  EXPECT_EQ(recordings.items[3].label, 9);
  EXPECT_EQ(recordings.items[3].audio, scratch / "9_theo_49.wav");

  const CorpusParts parts = fsdd_official_parts(recordings);
  EXPECT_THAT(names_of(recordings, parts.test), ElementsAre("0_theo_4.wav", "0_two_names_0.wav"));
  EXPECT_THAT(names_of(recordings, parts.training), ElementsAre("0_theo_5.wav", "9_theo_49.wav"));
  EXPECT_THAT(parts.split_by, HasSubstr("every speaker is on both sides"));
}

TEST(Fsdd, OtherNamesAreRefused) {
  for (const std::string name :
       {"a_theo_1.wav", "1_theo.wav", "1__1.wav", "12_theo_1.wav", "1_theo_x.wav", "1_theo_.wav", "x.wav", "wav.wav"}) {
    const Scratch scratch;
    write_text(scratch / "0_theo_0.wav", "");
    write_text(scratch / name, "");
    EXPECT_THAT(refused([&] { static_cast<void>(find_fsdd(scratch.path())); }),
                EndsWith(name + ": is not named DIGIT_SPEAKER_INDEX.wav"));
  }
  const Scratch empty;
  EXPECT_THAT(refused([&] { static_cast<void>(find_fsdd(empty.path())); }), HasSubstr("holds no DIGIT_SPEAKER_INDEX"));
  EXPECT_THAT(refused([&] { static_cast<void>(find_fsdd(empty / "none")); }),
              HasSubstr("cannot be read as a directory"));
}

}  // namespace fsdd_test
}  // namespace ohmcarlo::test
