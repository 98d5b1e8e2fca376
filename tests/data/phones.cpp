#include "data/phones.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>

#include "data/sound_files.hpp"

namespace ohmcarlo::test {
namespace phones_test {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

std::uint8_t phone(const std::string& name) {
  const auto names = phone_names(PhoneSet::timit61);
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return static_cast<std::uint8_t>(found - names.begin());
}

std::string folded_name(const std::string& name, PhoneSet set) {
  const std::int32_t label = folded(phone(name), set);
  return label == kUnlabelled ? "" : phone_names(set).at(static_cast<std::size_t>(label));
}

TEST(PhoneSets, HaveTheirSizes) {
  EXPECT_EQ(phone_names(PhoneSet::timit61).size(), 61U);
  EXPECT_EQ(phone_names(PhoneSet::folded48).size(), 48U);
  EXPECT_EQ(phone_names(PhoneSet::folded39).size(), 39U);
}

// The documentation of TIMIT lists its symbols by kind of sound.
TEST(PhoneSets, HoldTheSymbolsOfTheDocumentation) {
  std::vector<std::string> all;
  for (const std::string symbols :
       {"b d g p t k dx q", "bcl dcl gcl pcl tcl kcl", "jh ch", "s sh z zh f th v dh", "m n ng em en eng nx",
        "l r w y hh hv el", "iy ih eh ey ae aa aw ay ah ao oy ow uh uw ux er ax ix axr ax-h", "pau epi h#"}) {
    std::istringstream words(symbols);
    for (std::string word; words >> word;) all.push_back(word);
  }
  EXPECT_THAT(phone_names(PhoneSet::timit61), ::testing::UnorderedElementsAreArray(all));
}

// The groups of Lee & Hon's paper: what is scored as the same; every other phone is its own class.
TEST(PhoneSets, FoldAsLeeAndHon) {
  const std::vector<std::set<std::string>> same{
      {"sil", "cl", "vcl", "epi"}, {"el", "l"}, {"en", "n"}, {"sh", "zh"}, {"ao", "aa"}, {"ih", "ix"}, {"ah", "ax"}};
  const auto in48 = phone_names(PhoneSet::folded48);
  std::map<std::string, std::set<std::string>> groups;  // of 48, by class among 39
  for (const std::string& name : phone_names(PhoneSet::timit61)) {
    const std::string of48 = folded_name(name, PhoneSet::folded48);
    if (name == "q") {
      EXPECT_EQ(of48, "");
      EXPECT_EQ(folded(phone(name), PhoneSet::folded39), kUnlabelled);
    } else {
      groups[folded_name(name, PhoneSet::folded39)].insert(of48);
    }
    EXPECT_EQ(folded(phone(name), PhoneSet::timit61), phone(name));
  }
  EXPECT_EQ(groups.size(), 39U);
  std::size_t folded_groups = 0;
  for (const auto& [name, members] : groups) {
    if (members.size() == 1) continue;
    ++folded_groups;
    EXPECT_NE(std::find(same.begin(), same.end(), members), same.end()) << name;
  }
  EXPECT_EQ(folded_groups, same.size());
  // 61 to 48: allophones into their phonemes, closures by voice, silences together.
  const std::map<std::string, std::string> to48{{"ux", "uw"},   {"axr", "er"}, {"ax-h", "ax"}, {"em", "m"},
                                                {"nx", "n"},    {"eng", "ng"}, {"hv", "hh"},   {"pcl", "cl"},
                                                {"tcl", "cl"},  {"kcl", "cl"}, {"bcl", "vcl"}, {"dcl", "vcl"},
                                                {"gcl", "vcl"}, {"h#", "sil"}, {"pau", "sil"}};
  for (const std::string& name : phone_names(PhoneSet::timit61)) {
    if (name == "q") continue;
    const auto changed = to48.find(name);
    EXPECT_EQ(folded_name(name, PhoneSet::folded48), changed == to48.end() ? name : changed->second);
  }
}

class PhoneFiles : public ::testing::Test {
 protected:
  std::string refused(const std::string& text) {
    write_text(path_, text);
    const std::string error = error_of([&] { static_cast<void>(read_phones(path_)); }, typeid(BadData));
    EXPECT_EQ(error.find(path_.string()), 0U) << error;
    return error.substr(path_.string().size());
  }
  Scratch scratch_;
  fs::path path_ = scratch_ / "SX1.PHN";
};

TEST_F(PhoneFiles, AreRead) {
  write_text(path_, "0 2000 h#\n2000 2500 sh\r\n\n  2600\t4000  iy \n4000 5000 h#");
  const auto phones = read_phones(path_);
  ASSERT_EQ(phones.size(), 4U);
  EXPECT_EQ(phones[1].begin, 2000U);
  EXPECT_EQ(phones[1].end, 2500U);
  EXPECT_EQ(phones[1].phone, phone("sh"));
  EXPECT_EQ(phones[2].begin, 2600U);
  EXPECT_EQ(phones[2].phone, phone("iy"));
  EXPECT_EQ(phones[3].phone, phone("h#"));
}

TEST_F(PhoneFiles, MayBeginWithAByteOrderMark) {
  write_text(path_,
             "\xEF\xBB\xBF"
             "0 2000 h#\n2000 2500 sh\n");
  ASSERT_EQ(read_phones(path_).size(), 2U);
  EXPECT_EQ(read_phones(path_)[0].end, 2000U);
  EXPECT_EQ(refused("0 100 h#\n\xEF\xBB\xBF"
                    "100 200 sh\n"),
            ":2: is not a first sample, an end sample and a phone");
}

TEST_F(PhoneFiles, RefuseWhatTheyMayNotSay) {
  EXPECT_EQ(refused("0 100 h#\n100 200 xx\n"), ":2: 'xx' is none of TIMIT's 61 phones");
  EXPECT_EQ(refused("0 100 H#\n"), ":1: 'H#' is none of TIMIT's 61 phones");
  EXPECT_EQ(refused("0 100 h\x99y\n"), ":1: 'h?y' is none of TIMIT's 61 phones");
  EXPECT_EQ(refused("0 100 h#\n\n99 200 sh\n"),
            ":3: the phone begins at sample 99, before the one before it ends (100)");
  EXPECT_EQ(refused("0 100 h#\n200 150 sh\n"), ":2: the phone ends at sample 150, not after it begins (200)");
  EXPECT_EQ(refused("0 0 h#\n"), ":1: the phone ends at sample 0, not after it begins (0)");
  for (const std::string line : {"0 100", "0 100 h# extra", "h# 0 100", "-5 100 h#", "0 1e3 h#", "0.5 100 h#", "0",
                                 "0 99999999999999999999 h#"}) {
    EXPECT_EQ(refused(line + "\n"), ":1: is not a first sample, an end sample and a phone") << line;
  }
  EXPECT_EQ(refused(""), ": there are no phones in this file");
  EXPECT_EQ(refused("\n \n"), ": there are no phones in this file");
  EXPECT_EQ(refused(std::string("\xFF\xFE\x30\x00\x20\x00", 6)), ": is UTF-16 or binary; allowed: plain ASCII text");
  EXPECT_EQ(refused(std::string("\xFE\xFF\x00\x30", 4)), ": is UTF-16 or binary; allowed: plain ASCII text");
  EXPECT_EQ(refused(std::string("0\0 \0", 4)), ": is UTF-16 or binary; allowed: plain ASCII text");
  EXPECT_THAT(error_of([&] { static_cast<void>(read_phones(scratch_ / "none")); }, typeid(BadData)),
              EndsWith(": no such file"));
  EXPECT_THAT(error_of([&] { static_cast<void>(read_phones(scratch_.path())); }, typeid(BadData)),
              HasSubstr("cannot be read"));
}

TEST(Phones, MustFitTheirSound) {
  const std::vector<PhoneSegment> phones{{0, 16000, 0}};
  const auto check = [&](std::size_t samples) { check_phones_fit(phones, samples, 16000, "a.phn", "a.wav"); };
  EXPECT_NO_THROW(check(16000));
  EXPECT_NO_THROW(check(15600));  // ends 25 ms later
  EXPECT_NO_THROW(check(24000));  // half a second before
  EXPECT_EQ(error_of([&] { check(15599); }, typeid(BadData)),
            "a.phn: does not fit its sound: the last phone ends at sample 16000 and a.wav has 15599");
  EXPECT_EQ(error_of([&] { check(24001); }, typeid(BadData)),
            "a.phn: does not fit its sound: the last phone ends at sample 16000 and a.wav has 24001");
}

// Frames of 400 samples every 160: the middles are at 200, 360, 520, 680, 840, 1000.
TEST(FrameLabels, AreThePhoneAtTheMiddle) {
  const std::vector<PhoneSegment> phones{
      {201, 361, phone("sh")}, {361, 520, phone("ix")}, {520, 680, phone("q")}, {700, 841, phone("ao")}};
  const auto label = [](const std::string& name, PhoneSet set) { return folded(phone(name), set); };
  EXPECT_THAT(frame_labels(phones, PhoneSet::timit61, 6, 160, 400),
              ElementsAre(kUnlabelled, phone("sh"), phone("q"), kUnlabelled, phone("ao"), kUnlabelled));
  EXPECT_THAT(frame_labels(phones, PhoneSet::folded39, 6, 160, 400),
              ElementsAre(kUnlabelled, label("sh", PhoneSet::folded39), kUnlabelled, kUnlabelled,
                          label("aa", PhoneSet::folded39), kUnlabelled));
}

}  // namespace phones_test
}  // namespace ohmcarlo::test
