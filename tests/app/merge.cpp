#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "experiment/hand_made.hpp"
#include "scratch.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {
namespace merge_test {

using testing::HasSubstr;

class Merge : public testing::Test {
 protected:
  Merge() {
    Results results = test::results_of({test::sigmas({0.1, 0.2})}, {{.5, .6}, {.4, .5}});
    results.hash = "hash";
    for (std::size_t i = 0; i < 2; ++i) {
      Results part = results;
      part.status = RunStatus::part;
      for (const std::size_t cell : {2 * (1 - i), 2 * (1 - i) + 1}) part.table.state[cell] = CellState::not_run;
      save_results(file(i), part);
    }
  }

  [[nodiscard]] std::string file(std::size_t i) const { return (scratch_ / fmt::format("p{}.h5", i)).string(); }
  [[nodiscard]] std::string out() const { return (scratch_ / "R.h5").string(); }
  [[nodiscard]] static std::string refused(const Arguments& arguments, const std::type_info& type) {
    return test::error_of([&] { (void)merge_command(arguments); }, type);
  }

 private:
  test::Scratch scratch_;
};

TEST_F(Merge, WritesTheWholeAndPrintsIt) {
  const std::string text = test::printed_by([&] { EXPECT_EQ(merge_command({file(0), file(1), "--out", out()}), 0); });
  EXPECT_THAT(text, HasSubstr("(complete)"));
  const Results merged = load_results(out());
  EXPECT_EQ(merged.status, RunStatus::complete);
  EXPECT_EQ(merged.table.values[kAccuracy], (std::vector<double>{.5, .6, .4, .5}));
}

TEST_F(Merge, MissingPartsAreRefusedUnlessAllowed) {
  EXPECT_THAT(refused({file(0), "--out", out()}, typeid(UnusableResults)), HasSubstr("--partial"));
  EXPECT_EQ(kind_of_file(out()), FileKind::absent);
  (void)test::printed_by([&] { EXPECT_EQ(merge_command({file(0), "--out", out(), "--partial"}), 0); });
  EXPECT_EQ(load_results(out()).status, RunStatus::part);
  (void)test::printed_by([&] { EXPECT_EQ(merge_command({out(), file(1), "--out", out(), "--overwrite"}), 0); });
  EXPECT_EQ(load_results(out()).status, RunStatus::complete);
}

TEST_F(Merge, AFileThatExistsIsLeftAlone) {
  save_results(out(), load_results(file(0)));
  EXPECT_THAT(refused({file(0), file(1), "--out", out()}, typeid(UnusableResults)), HasSubstr("--overwrite"));
  EXPECT_EQ(load_results(out()).status, RunStatus::part);
}

TEST_F(Merge, BadCommandLinesAreOneLine) {
  EXPECT_THAT(refused({file(0)}, typeid(BadUsage)), HasSubstr("--out is missing"));
  EXPECT_THAT(refused({"--out", out()}, typeid(BadUsage)), HasSubstr("PARTS is missing"));
}

}  // namespace merge_test
}  // namespace ohmcarlo
