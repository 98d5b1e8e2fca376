#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "scratch.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {
namespace show_test {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What `ohmcarlo show` prints of a file with one point and one chip of accuracy 0.25.
class Show : public testing::Test {
 protected:
  test::Scratch folder;
  std::string file = (folder / "R.h5").string();

  Show() {
    Results results;
    results.name = "quarter";
    results.classes = 10;
    results.table = Table(Shape());
    results.table.values[kAccuracy] = {0.25};
    results.table.state = {CellState::done};
    save_results(file, results);
  }
  static std::string printed(const Arguments& arguments) {
    return test::printed_by([&] { EXPECT_EQ(show_command(arguments), 0); });
  }
};

TEST_F(Show, PrintsPercentUnlessAskedForFractions) {
  EXPECT_THAT(printed({file}), ::testing::AllOf(StartsWith("quarter (running)"), HasSubstr("25.00")));
  EXPECT_THAT(printed({file, "--format", "table"}), HasSubstr("25.00"));
  EXPECT_THAT(printed({file, "--format", "csv"}), ::testing::AllOf(StartsWith("count,mean,"), HasSubstr("\n1,0.25,")));
  EXPECT_THAT(printed({"--format=json", file}), HasSubstr("\"mean\": 0.25"));
}

TEST_F(Show, RefusesWhatItCannotPrint) {
  EXPECT_EQ(error_of(
                [&] {
                  show_command({file, "--format", "xml"});
                },
                typeid(BadUsage)),
            "--format xml: unknown (allowed: table, csv, json)");
  EXPECT_THAT(error_of([&] { show_command({}); }, typeid(BadUsage)), HasSubstr("RESULTS is missing"));
  EXPECT_THAT(error_of([&] { show_command({file, "--colour"}); }, typeid(BadUsage)), StartsWith("show: "));
  const std::string missing = (folder / "missing.h5").string();
  EXPECT_THAT(error_of([&] { show_command({missing}); }, typeid(UnusableResults)), HasSubstr(missing));
}

}  // namespace show_test
}  // namespace ohmcarlo
