#include "records/metric.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace metric_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// "name/dimension/size..." of each after the standard ones.
std::vector<std::string> added(const std::vector<Metric>& metrics) {
  std::vector<std::string> texts;
  for (std::size_t m = standard_metrics().size(); m < metrics.size(); ++m) {
    texts.push_back(metrics[m].name);
    for (const Dimension& own : metrics[m].dimensions) texts.back() += "/" + own.name + "/" + std::to_string(own.size);
  }
  return texts;
}

std::vector<Metric> standard_and(const std::vector<Metric>& more) {
  std::vector<Metric> metrics = standard_metrics();
  metrics.insert(metrics.end(), more.begin(), more.end());
  return metrics;
}

TEST(Metric, StandardOnesStandWhereTheirConstantsSay) {
  const std::vector<Metric>& metrics = standard_metrics();
  ASSERT_EQ(metrics.size(), 4U);
  EXPECT_EQ(metrics[kAccuracy].name, "accuracy");
  EXPECT_EQ(metrics[kLoss].name, "loss");
  EXPECT_EQ(metrics[kEkl].name, "ekl");
  EXPECT_EQ(metrics[kCorrect].name, "correct");
  EXPECT_EQ(values_per_chip(metrics), 4U);
  EXPECT_EQ(values_per_chip(standard_and({{"a", "", "", {{"layer", 3}}}, {"b", "", "", {}}})), 8U);
}

TEST(Metric, UnionKeepsWhatOnlyTheOldOnesHave) {
  const std::vector<Metric> wanted = standard_and({{"sigma", "", "", {{"layer", 2}}}});
  const std::vector<Metric> old = standard_and({{"faults", "", "", {{"layer", 3}}}, {"energy", "J", "", {}}});
  EXPECT_THAT(added(merge_metrics(wanted, old)), ElementsAre("sigma/layer/3", "faults/layer/3", "energy"));
  EXPECT_THAT(added(merge_metrics(old, wanted)), ElementsAre("faults/layer/3", "energy", "sigma/layer/3"));
  EXPECT_THAT(added(merge_metrics(standard_metrics(), old)), ElementsAre("faults/layer/3", "energy"));
  EXPECT_THAT(added(merge_metrics(old, standard_metrics())), ElementsAre("faults/layer/3", "energy"));
  EXPECT_EQ(merge_metrics(standard_metrics(), old)[kCorrect].name, "correct");
}

TEST(Metric, UnionIsAsLongAsTheLongestInEveryDimension) {
  const std::vector<Metric> wanted = standard_and({{"confusion", "", "", {{"class", 10}, {"answer", 10}}}});
  const std::vector<Metric> old = standard_and({{"recall", "", "", {{"class", 100}}}});
  EXPECT_THAT(added(merge_metrics(wanted, old)), ElementsAre("confusion/class/100/answer/10", "recall/class/100"));
}

TEST(Metric, PlacesOfAMatrixKeepItsRows) {
  const Metric small{"confusion", "", "", {{"class", 2}, {"answer", 3}}};
  const Metric large{"confusion", "", "", {{"class", 3}, {"answer", 5}}};
  EXPECT_EQ(large.size(), 15U);
  EXPECT_THAT(places(small, large), ElementsAre(0U, 1U, 2U, 5U, 6U, 7U));
  EXPECT_THAT(places(small, small), ElementsAre(0U, 1U, 2U, 3U, 4U, 5U));
  EXPECT_THAT(places(standard_metrics()[0], standard_metrics()[0]), ElementsAre(0U));
  EXPECT_THROW((void)places(large, small), std::logic_error);
  EXPECT_THROW((void)places(small, standard_metrics()[0]), std::logic_error);
}

TEST(Metric, OnlyTheMeanOverCorrectImagesIsPooled) {
  for (const Metric& metric : standard_metrics()) {
    EXPECT_EQ(metric.pooled_over, metric.name == "ekl" ? "correct" : "") << metric.name;
    EXPECT_FALSE(metric.of_training) << metric.name;
  }
}

TEST(Metric, UnionRefusesAnotherDimension) {
  try {
    (void)merge_metrics(standard_and({{"sigma", "", "", {{"layer", 2}}}}), standard_and({{"sigma", "", "", {}}}));
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(UnusableResults));
    EXPECT_THAT(error.what(), HasSubstr("one number a chip of 'sigma', the experiment one number a layer"));
  }
  EXPECT_THROW((void)merge_metrics(standard_and({{"sigma", "", "", {{"class", 2}, {"answer", 2}}}}),
                                   standard_and({{"sigma", "", "", {{"answer", 2}, {"class", 2}}}})),
               Error);
}

}  // namespace metric_test
}  // namespace ohmcarlo
