#include "data/matrix_csv.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace matrix_csv_test {

using testing::HasSubstr;

class MatrixCsv : public testing::Test {
 protected:
  MatrixCsv() { std::filesystem::create_directories(folder_); }
  ~MatrixCsv() override { std::filesystem::remove_all(folder_); }

  CsvMatrix read(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return read_matrix_csv(path_);
  }
  /// The message without the folder.
  std::string refused(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return refused_file(path_);
  }
  std::string refused_file(const std::string& path) {
    try {
      (void)read_matrix_csv(path);
    } catch (const Error& error) {
      EXPECT_TRUE(typeid(error) == typeid(BadData));
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with(path)) << message;
      EXPECT_EQ(message.find('\n'), std::string::npos);
      return message.substr(path.size());
    }
    return "nothing was refused";
  }

  std::string folder_ =
      (std::filesystem::temp_directory_path() / ("ohmcarlo-csv-" + std::to_string(::getpid()))).string();
  std::string path_ = folder_ + "/m.csv";
};

TEST_F(MatrixCsv, HasARowALine) {
  const CsvMatrix m = read("1,-2.5,3e-2\n+4,5,6\n");
  EXPECT_EQ(m.rows, 2U);
  EXPECT_EQ(m.columns, 3U);
  EXPECT_EQ(m.values, (std::vector<double>{1, -2.5, 0.03, 4, 5, 6}));
}

TEST_F(MatrixCsv, IgnoresBlanksCommentsAndWhatSpreadsheetsAdd) {
  const CsvMatrix m = read("\xEF\xBB\xBF# a matrix\r\n\r\n 1 ,\t2 # first\r\n  \n3,4");
  EXPECT_EQ(m.rows, 2U);
  EXPECT_EQ(m.values, (std::vector<double>{1, 2, 3, 4}));
}

TEST_F(MatrixCsv, NamesTheLineOfWhatIsNoNumber) {
  EXPECT_EQ(refused("1,2\n\n3,x\n"), ":3: 'x' is not a finite number");
  EXPECT_EQ(refused("1,2,\n"), ":1: '' is not a finite number");
  EXPECT_EQ(refused("1 2\n"), ":1: '1 2' is not a finite number");
  EXPECT_EQ(refused("nan\n"), ":1: 'nan' is not a finite number");
  EXPECT_EQ(refused("1\n-inf\n"), ":2: '-inf' is not a finite number");
  EXPECT_EQ(refused("+-1\n"), ":1: '+-1' is not a finite number");
  EXPECT_EQ(refused(std::string("\0\x01\n", 3)),
            ":1: '?"
            "?' is not a finite number");
  EXPECT_EQ(refused(std::string(100, 'a')), ":1: '" + std::string(40, 'a') + "...' is not a finite number");
}

TEST_F(MatrixCsv, RefusesWhatNoFloatHolds) {
  EXPECT_EQ(refused("1\n-1e39\n"), ":2: '-1e39' is too large (allowed: up to 3.4e+38)");
  EXPECT_EQ(read("3.4e38\n").values[0], 3.4e38);
}

TEST_F(MatrixCsv, RefusesRaggedEmptyAndMissingFiles) {
  EXPECT_EQ(refused("1,2\n1,2,3\n"), ":2: 3 numbers in this line, 2 in the first one");
  EXPECT_EQ(refused("# nothing\n\n"), ": there are no numbers in this file");
  EXPECT_EQ(refused_file(folder_ + "/none.csv"), ": no such file");
  EXPECT_THAT(refused_file(folder_), HasSubstr("cannot be read"));
}

}  // namespace matrix_csv_test
}  // namespace ohmcarlo
