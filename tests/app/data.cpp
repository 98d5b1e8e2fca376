// What `ohmcarlo data` refuses before anything speaks. What it makes is tested in tests/integration, with espeak-ng.

#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace data_test {

using ::testing::HasSubstr;

std::string data_refusal(const Arguments& arguments) {
  return test::error_of([&] { data_command(arguments); }, typeid(BadUsage));
}

TEST(Data, NeedsToKnowWhatToDo) {
  for (const Arguments& arguments : {Arguments{}, {"make"}, {"Features"}})
    EXPECT_EQ(data_refusal(arguments),
              "data: what to do is missing or unknown (allowed: make-phones, make-keywords, features, --help)");
  EXPECT_THAT(data_refusal({"features"}), HasSubstr("FILE is missing")) << "the rest goes on to it";
}

TEST(Data, HelpSaysWhatThereIs) {
  for (const Arguments& arguments : {Arguments{"--help"}, {"make-phones", "--help"}, {"make-keywords", "--help"}}) {
    EXPECT_THAT(test::printed_by([&] { EXPECT_EQ(data_command(arguments), 0); }), HasSubstr("--out DIR"));
  }
}

TEST(Data, NumbersOutOfRangeAreRefusedBeforeAFolderIsMade) {
  const test::Scratch folder;
  const std::string out = (folder / "made").string();
  const auto phones = [&](const Arguments& more) {
    Arguments arguments = {"make-phones", "--out", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return data_refusal(arguments);
  };
  EXPECT_THAT(data_refusal({"make-phones", "--hours", "1"}), HasSubstr("--out is missing"));
  EXPECT_THAT(data_refusal({"make-phones", "--hours", "1", "--out="}), HasSubstr("--out"));
  EXPECT_THAT(phones({}), HasSubstr("--hours is missing"));
  for (const char* hours : {"0.009", "1000.5", "nan"})
    EXPECT_THAT(phones({"--hours", hours}), HasSubstr("not allowed (allowed: 0.01 to 1000)")) << hours;
  EXPECT_EQ(phones({"--hours", "1", "--seed=-1"}), "--seed -1: not a seed (allowed: 0 to 9223372036854775807)");
  EXPECT_EQ(phones({"--hours", "1", "--jobs", "257"}), "--jobs 257: not allowed (allowed: 1 to 256)");
  for (const Arguments& snr : {Arguments{"30", "20"}, {"-1", "20"}, {"20", "121"}, {"20"}}) {
    Arguments arguments = {"--hours", "1", "--snr"};
    arguments.insert(arguments.end(), snr.begin(), snr.end());
    EXPECT_THAT(phones(arguments), HasSubstr("snr")) << snr.front();
  }
  for (const char* count : {"4", "1000001"})
    EXPECT_EQ(data_refusal({"make-keywords", "--out", out, "--count", count}),
              std::string("--count ") + count + ": not allowed (allowed: 5 to 1000000)");
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace data_test
}  // namespace ohmcarlo
