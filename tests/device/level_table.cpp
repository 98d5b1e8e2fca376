#include "device/level_table.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace level_table_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A file that goes away with its test.
class ATable : public testing::Test {
 protected:
  ATable() : path_(std::filesystem::temp_directory_path() / ("levels-" + std::to_string(getpid()) + ".csv")) {}
  ~ATable() override {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  LevelTable read(const std::string& text, int top = 1) {
    std::ofstream(path_, std::ios::binary) << text;
    return read_level_table(path_.string(), top);
  }

  /// The message, after the path, with which a file is refused.
  std::string refusal(const std::string& text, int top = 1) {
    try {
      (void)read(text, top);
    } catch (const Error& error) {
      EXPECT_TRUE(typeid(error) == typeid(BadData));
      const std::string message = error.what();
      EXPECT_EQ(message.substr(0, path_.string().size()), path_.string());
      EXPECT_EQ(message.find('\n'), std::string::npos);
      return message.substr(path_.string().size());
    }
    return "accepted";
  }

  std::filesystem::path path_;
};

TEST_F(ATable, IsReadInAnyOrderWithCommentsAndHeader) {
  const LevelTable table = read(
      "\xEF\xBB\xBF# \xC2\xB5S would not do\n level , mean,sd\r\n\n2, 3e-5 ,0 # last\n0,1e-6,2E-7\n1,1.5e-5,1e-6", 2);
  EXPECT_THAT(table.mean, ElementsAre(1e-6, 1.5e-5, 3e-5));
  EXPECT_THAT(table.sd, ElementsAre(2e-7, 1e-6, 0));
}

TEST_F(ATable, NeedsNoHeader) {
  EXPECT_THAT(read("0,0,0\n1,1e-5,1e-6\n").mean, ElementsAre(0, 1e-5));
}

TEST_F(ATable, IsRefusedWithFileAndLine) {
  EXPECT_EQ(refusal("0,0,0\n1,nan,0\n"), ":2: mean is 'nan'; it must be a number of siemens, 0 or more");
  EXPECT_EQ(refusal("0,0,0\n1,1,inf\n"), ":2: sd is 'inf'; it must be a number of siemens, 0 or more");
  EXPECT_EQ(refusal("0,0,0\n1,1,1e999\n"), ":2: sd is '1e999'; it must be a number of siemens, 0 or more");
  EXPECT_EQ(refusal("level,mean,sd\n0,0,-1e-9\n"), ":2: sd is '-1e-9'; it must be a number of siemens, 0 or more");
  EXPECT_EQ(refusal("0,-1,0\n"), ":1: mean is '-1'; it must be a number of siemens, 0 or more");
  EXPECT_EQ(refusal("0,1 2,0\n"), ":1: mean is '1 2'; it must be a number of siemens, 0 or more");
  EXPECT_EQ(refusal("0,,0\n"), ":1: mean is ''; it must be a number of siemens, 0 or more");
  EXPECT_EQ(refusal("2,0,0\n"), ":1: level is '2'; it must be a whole number from 0 to 1");
  EXPECT_EQ(refusal("-1,0,0\n"), ":1: level is '-1'; it must be a whole number from 0 to 1");
  EXPECT_EQ(refusal("0.5,0,0\n"), ":1: level is '0.5'; it must be a whole number from 0 to 1");
  EXPECT_EQ(refusal("99999999999,0,0\n"), ":1: level is '99999999999'; it must be a whole number from 0 to 1");
  EXPECT_EQ(refusal("0,0,0\n\n0,0,0\n"), ":3: level 0 for the second time; each must come once");
  EXPECT_EQ(refusal("0,0\n"), ":1: the line has 2 columns; it must have the three level, mean, sd");
  EXPECT_EQ(refusal("0,0,0,\n"), ":1: the line has 4 columns; it must have the three level, mean, sd");
  EXPECT_EQ(refusal("0;0;0\n"), ":1: the line has 1 columns; it must have the three level, mean, sd");
  EXPECT_EQ(refusal("mean,level,sd\n"), ":1: level is 'mean'; it must be a whole number from 0 to 1");
  EXPECT_EQ(refusal("0,0,0\nlevel,mean,sd\n"), ":2: level is 'level'; it must be a whole number from 0 to 1");
}

TEST_F(ATable, IsRefusedIfALevelIsMissing) {
  EXPECT_EQ(refusal("0,0,0\n"), ": level 1 is missing; there must be a line for each level 0 to 1");
  EXPECT_EQ(refusal("level,mean,sd\n", 3), ": level 0 is missing; there must be a line for each level 0 to 3");
}

TEST_F(ATable, IsRefusedIfEmptyOrNoText) {
  const std::string empty = ": the file is empty; it must have a line level,mean,sd for each level 0 to 1";
  EXPECT_EQ(refusal(""), empty);
  EXPECT_EQ(refusal("\n \n# nothing\n"), empty);
  EXPECT_EQ(refusal(std::string("0,0,0\n\0\x01\x02\n", 10)), ":2: is not text; this is no table of levels");
  EXPECT_EQ(refusal("\x7F"
                    "ELF\x02"),
            ":1: is not text; this is no table of levels");
  EXPECT_EQ(refusal("0," + std::string(5000, '1') + ",0\n"),
            ":1: the line has more than 1000 characters; this is no table of levels");
  EXPECT_THAT(refusal("0,\xFF\xFE,0\n"), HasSubstr("mean is '\?\?'"));
}

TEST_F(ATable, QuotesLongFieldsInPart) {
  EXPECT_THAT(refusal("0," + std::string(500, 'x') + ",0\n"),
              AllOf(HasSubstr("'" + std::string(40, 'x') + "...'"), Not(HasSubstr(std::string(41, 'x')))));
}

TEST_F(ATable, ThatIsNotThereOrADirectoryIsRefused) {
  EXPECT_THROW((void)read_level_table((path_ / "none").string(), 1), Error);
  std::filesystem::create_directory(path_);
  try {
    (void)read_level_table(path_.string(), 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), path_.string() + ": is a directory, not a file");
  }
}

}  // namespace level_table_test
}  // namespace ohmcarlo
