#include <algorithm>

#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "experiment/hand_made.hpp"
#include "scratch.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {
namespace compare_test {

class Compare : public testing::Test {
 protected:
  Compare() {
    save_results(file(), test::results_of({test::methods({"plain", "kure"}), test::sigmas({0.1, 0.2})},
                                          {{.5, .6}, {.4, .5}, {.7, .9}, {.6, .6}}));
  }

  [[nodiscard]] std::string file() const { return (scratch_ / "R.h5").string(); }

  [[nodiscard]] std::string printed(Arguments arguments) const {
    arguments.insert(arguments.begin(), file());
    return test::printed_by([&] { EXPECT_EQ(compare_command(arguments), 0); });
  }

  [[nodiscard]] std::string refused(Arguments arguments) const {
    arguments.insert(arguments.begin(), file());
    return test::error_of([&] { (void)compare_command(arguments); }, typeid(BadUsage));
  }

 private:
  test::Scratch scratch_;
};

TEST_F(Compare, ShowsTheSelectedPairs) {
  const std::string all = printed({"--axis", "method", "--baseline", "plain", "--format", "csv"});
  EXPECT_EQ(std::ranges::count(all, '\n'), 3);
  const std::string one =
      printed({"--axis", "training.method", "--baseline", "plain", "--format", "csv", "--select", "sigma=0.20"});
  EXPECT_THAT(one, testing::HasSubstr("\nkure,0.2,2,0,"));
  EXPECT_EQ(std::ranges::count(one, '\n'), 2);
}

TEST_F(Compare, ShowsTheBest) {
  const std::string text = printed({"--best", "method", "--format", "csv"});
  EXPECT_EQ(std::ranges::count(text, '\n'), 5);
  EXPECT_THAT(text, testing::HasSubstr("\nkure,0.1,0.8,best,"));
}

TEST_F(Compare, RefusesWhatCannotBe) {
  const std::string what = "(allowed: --axis KEY --baseline VALUE, or --best KEY)";
  EXPECT_THAT(refused({}), testing::HasSubstr(what));
  EXPECT_THAT(refused({"--axis", "method"}), testing::HasSubstr(what));
  EXPECT_THAT(refused({"--best", "method", "--axis", "method"}), testing::HasSubstr(what));
  EXPECT_EQ(refused({"--axis", "epochs", "--baseline", "1"}),
            "--axis epochs: no axis of these results (allowed: training.method, hardware.variation.sigma)");
  EXPECT_EQ(refused({"--best", "epochs"}),
            "--best epochs: no axis of these results (allowed: training.method, hardware.variation.sigma)");
  EXPECT_EQ(refused({"--axis", "method", "--baseline", "ideal"}),
            "--baseline ideal: no value of training.method in these results (allowed: plain, kure)");
  EXPECT_EQ(refused({"--axis", "method", "--baseline", "plain", "--select", "method=plain"}),
            "compare: no other value of training.method is left to compare with plain");
  EXPECT_THAT(refused({"--best", "method", "--metric", "speed"}), testing::HasSubstr("--metric speed: no metric"));
  EXPECT_THAT(refused({"--best", "method", "--format", "xml"}), testing::HasSubstr("--format xml: unknown"));
}

}  // namespace compare_test
}  // namespace ohmcarlo
