#include "experiment/selection.hpp"

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"
#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace selection_test {

using testing::ElementsAre;
using testing::HasSubstr;

const Axis kWhole{"hardware.cell_bits", {std::int64_t{1}, std::int64_t{2}}};

Shape two_axes() {
  return {{test::methods({"plain", "noise-injection"}), test::sigmas({0, 0.1, 0.3})}, 1, 1};
}

TEST(Selection, FindsAnAxisByTheLastPartsOfItsKey) {
  const Shape shape = two_axes();
  EXPECT_EQ(find_axis(shape, "training.method", "--axis"), 0U);
  EXPECT_EQ(find_axis(shape, "method", "--axis"), 0U);
  EXPECT_EQ(find_axis(shape, "variation.sigma", "--axis"), 1U);
}

TEST(Selection, RefusesAKeyThatNamesNoAxisOrSeveral) {
  Shape shape = two_axes();
  const std::string unknown = refusal([&] { (void)find_axis(shape, "ethod", "--axis"); });
  EXPECT_EQ(unknown, "--axis ethod: no axis of these results (allowed: training.method, hardware.variation.sigma)");
  shape.axes.push_back({"other.sigma", {1.0}});
  const std::string several = refusal([&] { (void)find_axis(shape, "sigma", "--select"); });
  EXPECT_EQ(several, "--select sigma: names several axes (allowed: hardware.variation.sigma, other.sigma)");
  EXPECT_THAT(refusal([&] { (void)find_axis({}, "sigma", "--axis"); }), HasSubstr("no axis"));
}

TEST(Selection, AKeyInFullIsNeverAmbiguous) {
  const Shape shape{{{"sigma", {1.0}}, {"hardware.sigma", {1.0}}}, 1, 1};
  EXPECT_EQ(find_axis(shape, "sigma", "--axis"), 0U);
}

TEST(Selection, FindsNumbersInAnyNotation) {
  EXPECT_EQ(find_axis_value(test::sigmas({0, 0.1, 0.3}), "0.30", "--baseline"), 2U);
  EXPECT_EQ(find_axis_value(test::sigmas({0, 0.1, 0.3}), "1e-1", "--baseline"), 1U);
  EXPECT_EQ(find_axis_value(kWhole, "2", "--baseline"), 1U);
  EXPECT_EQ(find_axis_value(test::methods({"plain", "kure"}), "kure", "--baseline"), 1U);
}

TEST(Selection, RefusesAValueThatIsNotThere) {
  EXPECT_EQ(refusal([] { (void)find_axis_value(kWhole, "3", "--baseline"); }),
            "--baseline 3: no value of hardware.cell_bits in these results (allowed: 1, 2)");
}

TEST(Selection, LetsThePointsOfAllSelectorsPass) {
  const Shape shape = two_axes();
  EXPECT_THAT(select_points(shape, {}), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(select_points(shape, {"sigma=0.1"}), ElementsAre(1, 4));
  EXPECT_THAT(select_points(shape, {"sigma=0.1", "sigma=0"}), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(select_points(shape, {"method=noise-injection", "sigma=0.3"}), ElementsAre(5));
}

TEST(Selection, RefusesWhatIsNoSelector) {
  const Shape shape = two_axes();
  EXPECT_EQ(refusal([&] { (void)select_points(shape, {"sigma"}); }),
            "--select sigma: is no selector (allowed: KEY=VALUE)");
  EXPECT_THAT(refusal([&] { (void)select_points(shape, {"sigma=7"}); }), HasSubstr("allowed: 0, 0.1, 0.3"));
}

TEST(Selection, FindsMetricsOfOneValueAChip) {
  std::vector<Metric> metrics = standard_metrics();
  metrics.push_back({"correlation", "1", "", {{"layer", 3}}});
  const Table table(two_axes(), metrics);
  EXPECT_EQ(find_metric(table, "loss"), kLoss);
  EXPECT_EQ(
      refusal([&] { (void)find_metric(table, "correlation"); }),
      "--metric correlation: has a value for every layer, not one a chip (allowed: accuracy, loss, ekl, correct)");
  EXPECT_EQ(refusal([&] { (void)find_metric(table, "speed"); }),
            "--metric speed: no metric of these results (allowed: accuracy, loss, ekl, correct)");
}

}  // namespace selection_test
}  // namespace ohmcarlo
