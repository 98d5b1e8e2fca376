#include "records/metric.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// "name/dimension/size" of each after the standard ones.
std::vector<std::string> added(const std::vector<Metric>& metrics) {
  std::vector<std::string> texts;
  for (std::size_t m = standard_metrics().size(); m < metrics.size(); ++m)
    texts.push_back(metrics[m].name + "/" + metrics[m].dimension + "/" + std::to_string(metrics[m].size));
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
  EXPECT_EQ(values_per_chip(standard_and({{"a", "", "", "layer", 3}, {"b", "", "", "", 1}})), 8U);
}

TEST(Metric, UnionKeepsWhatOnlyTheOldOnesHave) {
  const std::vector<Metric> wanted = standard_and({{"sigma", "", "", "layer", 2}});
  const std::vector<Metric> old = standard_and({{"faults", "", "", "layer", 3}, {"energy", "J", "", "", 1}});
  EXPECT_THAT(added(unite(wanted, old)), ElementsAre("sigma/layer/3", "faults/layer/3", "energy//1"));
  EXPECT_THAT(added(unite(old, wanted)), ElementsAre("faults/layer/3", "energy//1", "sigma/layer/3"));
  EXPECT_THAT(added(unite(standard_metrics(), old)), ElementsAre("faults/layer/3", "energy//1"));
  EXPECT_THAT(added(unite(old, standard_metrics())), ElementsAre("faults/layer/3", "energy//1"));
  EXPECT_EQ(unite(standard_metrics(), old)[kCorrect].name, "correct");
}

TEST(Metric, UnionRefusesAnotherDimension) {
  try {
    (void)unite(standard_and({{"sigma", "", "", "layer", 2}}), standard_and({{"sigma", "", "", "", 1}}));
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_results);
    EXPECT_THAT(error.what(), HasSubstr("one number a chip of 'sigma', the experiment one number a layer"));
  }
}

}  // namespace
}  // namespace ohmcarlo
