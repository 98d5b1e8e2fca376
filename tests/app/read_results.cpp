#include "app/read_results.hpp"

#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "scratch.hpp"
#include "storage/checksum.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {
namespace read_results_test {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A results file of one chip, and what a command line says of reading it.
class ReadResults : public testing::Test {
 protected:
  ReadResults() {
    Results results;
    results.name = "one";
    results.classes = 10;
    results.table = Table(Shape());
    results.table.values[kAccuracy] = {0.25};
    results.table.state = {CellState::done};
    save_results(file_, results);
  }

  void damage() const {
    std::string bytes = test::read_text(file_);
    const double accuracy = 0.25;
    const std::size_t place = bytes.find(std::string(reinterpret_cast<const char*>(&accuracy), sizeof accuracy));
    ASSERT_NE(place, std::string::npos);
    bytes[place + 6] ^= 8;
    test::write_text(file_, bytes);
  }

  /// What is printed on stderr while the file is read.
  std::string read(const std::vector<std::string>& arguments) {
    namespace po = boost::program_options;
    po::options_description options;
    add_reading_options(options);
    po::variables_map values;
    po::store(po::command_line_parser(arguments).options(options).run(), values);
    testing::internal::CaptureStderr();
    try {
      accuracy_ = read_results_file(file_, values).table.values[kAccuracy].at(0);
    } catch (...) {
      EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
      throw;
    }
    return testing::internal::GetCapturedStderr();
  }

  test::Scratch folder_;
  std::string file_ = (folder_ / "R.h5").string();
  double accuracy_ = 0;
};

TEST_F(ReadResults, AWholeFileIsReadInSilence) {
  EXPECT_EQ(read({}), "");
  EXPECT_EQ(accuracy_, 0.25);
}

TEST_F(ReadResults, ADamagedFileIsReadOnlyIfThatIsAccepted) {
  damage();
  EXPECT_THAT(error_of([&] { (void)read({}); }), HasSubstr("R.h5: damaged"));
  for (const auto& command : {show_command, compare_command, trial_command, check_command}) {
    Arguments arguments = {file_};
    if (command == compare_command) arguments.insert(arguments.end(), {"--best", "training.method"});
    if (command == trial_command) arguments.emplace_back("--worst");
    EXPECT_THAT(error_of([&] { (void)command(arguments); }), HasSubstr("R.h5: damaged"));
  }
  EXPECT_THAT(read({"--accept-changes"}), StartsWith("warning: " + file_ + ": its contents do not match its checksum"));
  EXPECT_NE(accuracy_, 0.25);
}

TEST_F(ReadResults, CheckSaysWhetherAFileIsWhole) {
  const auto checked = [&] { return test::printed_by([&] { EXPECT_EQ(check_command({file_}), 0); }); };
  EXPECT_EQ(checked(), file_ + ": whole: its contents match its checksum; 1 of 1 cells, status running\n");
  const std::string bytes = test::read_text(file_);
  test::write_text(file_, bytes.substr(0, bytes.size() - kChecksumSize));
  EXPECT_THAT(checked(), HasSubstr("readable, but without a checksum"));
  test::write_text(file_, std::string(100, '\0'));
  EXPECT_THAT(error_of([&] { (void)check_command({file_}); }), HasSubstr("R.h5: not an ohmcarlo results file"));
}

}  // namespace read_results_test
}  // namespace ohmcarlo
