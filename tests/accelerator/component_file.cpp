#include <fstream>

#include <gmock/gmock.h>

#include "accelerator/components.hpp"
#include "base/error.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace component_file_test {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::string kHeader = "name, unit, power_mW, area_mm2, cycles_or_ns\n";

/// A file that says of component number i that a piece draws i + 1 mW and takes 0.001 i mm2.
std::string whole_file() {
  std::string text = kHeader;
  for (std::size_t i = 0; i < kComponents; ++i) {
    const ComponentWord& word = component_words()[i];
    text += std::string(word.name) + ", " + std::string(word.unit) + ", " + std::to_string(i + 1) + ", " +
            std::to_string(0.001 * static_cast<double>(i)) + ", " + (word.name == "crossbar" ? "50" : "1") + "\n";
  }
  return text;
}

class ComponentFile : public ::testing::Test {
 protected:
  ComponentTable read(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return read_component_table(path_);
  }
  /// What is said of the file, without its name.
  std::string complaint(const std::string& text) {
    try {
      (void)read(text);
    } catch (const BadData& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.find(path_), 0U) << message;
      EXPECT_EQ(message.find('\n'), std::string::npos);
      return message.substr(path_.size());
    }
    return "no complaint";
  }
  /// The whole file with one line, that of `name`, in place of its own; and the line's number.
  std::string with_line(const std::string& name, const std::string& line) {
    std::string text = whole_file();
    const std::size_t begin = text.find("\n" + name + ",") + 1;
    return text.replace(begin, text.find('\n', begin) - begin, line);
  }

  test::Scratch scratch_;
  std::string path_ = (scratch_ / "parts.csv").string();
};

TEST_F(ComponentFile, SaysWhatEveryComponentDrawsAndOccupies) {
  const ComponentTable table = read("# a comment\n\n" + whole_file() + "# the end");
  for (std::size_t i = 0; i < kComponents; ++i) {
    EXPECT_EQ(table.costs[i].power_mw, static_cast<double>(i + 1));
    EXPECT_DOUBLE_EQ(table.costs[i].area_mm2, 0.001 * static_cast<double>(i));
  }
  EXPECT_EQ(table.read_ns, 50);
}

TEST_F(ComponentFile, NamesTheLineOfWhatItCannotUse) {
  EXPECT_THAT(complaint(with_line("adc", "acd, converter, 1, 1, 1")),
              HasSubstr(":2: 'acd' is no component (allowed: adc, "));
  EXPECT_EQ(complaint(with_line("dac", "dac, row, -1, 1, 1")), ":3: power_mW is '-1' (allowed: a number, 0 or more)");
  EXPECT_EQ(complaint(with_line("dac", "dac, row, 1, nan, 1")), ":3: area_mm2 is 'nan' (allowed: a number, 0 or more)");
  EXPECT_EQ(complaint(with_line("dac", "dac, row, inf, 1, 1")), ":3: power_mW is 'inf' (allowed: a number, 0 or more)");
  EXPECT_EQ(complaint(with_line("dac", "dac, row, much, 1, 1")),
            ":3: power_mW is 'much' (allowed: a number, 0 or more)");
  EXPECT_EQ(complaint(with_line("dac", "dac, row, , 1, 1")), ":3: power_mW is '' (allowed: a number, 0 or more)");
  EXPECT_EQ(complaint(with_line("dac", "dac, column, 1, 1, 1")), ":3: the unit of 'dac' is 'column' (allowed: row)");
  EXPECT_EQ(complaint(with_line("dac", "dac, row, 1, 1")), ":3: 4 fields (allowed: 5, as the first line names them)");
  EXPECT_THAT(complaint(with_line("dac", "dac, row, 1, 1, 2")), HasSubstr(":3: 'dac' takes '2' cycles (allowed: 1;"));
  EXPECT_EQ(complaint(with_line("crossbar", "crossbar, array, 1, 1, 0")),
            ":5: a crossbar is read in '0' ns (allowed: above 0)");
}

TEST_F(ComponentFile, HasEveryComponentOnceUnderItsFirstLine) {
  EXPECT_EQ(complaint(whole_file() + "adc, converter, 1, 1, 1\n"), ":13: 'adc' is there twice");
  EXPECT_EQ(complaint(with_line("rectifier", "")), ":12: the file ends without 'rectifier'");
  EXPECT_THAT(complaint("adc, converter, 1, 1, 1\n"),
              EndsWith(":1: the first line must be 'name, unit, power_mW, area_mm2, cycles_or_ns'"));
  EXPECT_EQ(complaint(""), ":0: the file ends without 'adc'");
}

TEST_F(ComponentFile, ThatIsMissingOrAFolderIsRefused) {
  EXPECT_THROW((void)read_component_table((scratch_ / "none.csv").string()), BadData);
  EXPECT_THROW((void)read_component_table(scratch_.path().string()), BadData);
}

}  // namespace component_file_test
}  // namespace ohmcarlo
