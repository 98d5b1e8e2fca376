#include "experiment/merge.hpp"

#include <limits>

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace merge_test {

using test::methods;
using test::results_of;
using test::sigmas;
using testing::AllOf;
using testing::HasSubstr;

ModelRecord network(const std::string& id, double clean_accuracy) {
  ModelRecord record;
  record.id = id;
  record.clean_accuracy = clean_accuracy;
  return record;
}

/// Two sigmas and two methods, three chips: the whole.
Results whole() {
  Results results = results_of({methods({"plain", "kure"}), sigmas({0.1, 0.2})},
                               {{.5, .6, .7}, {.4, .5, .6}, {.7, .9, .8}, {.6, .6, std::nan("")}});
  results.hash = "hash";
  results.models = {network("a", .9), network("b", .8)};
  results.runs = {{{"host", "one"}}};
  return results;
}

/// What is left of it when only cells of these numbers were run, and networks of these.
Results part(const std::vector<std::size_t>& cells, const std::vector<std::size_t>& models) {
  Results results = whole(), all = whole();
  results.table = Table(all.table.shape, all.table.metrics);
  results.models.clear();
  for (const std::size_t cell : cells) {
    results.table.state[cell] = all.table.state[cell];
    results.table.seconds[cell] = all.table.seconds[cell];
    for (std::size_t m = 0; m < all.table.metrics.size(); ++m)
      results.table.values[m][cell] = all.table.values[m][cell];
    results.table.clean_accuracy[cell / 3] = all.table.clean_accuracy[cell / 3];
    results.table.clean_loss[cell / 3] = all.table.clean_loss[cell / 3];
  }
  for (const std::size_t model : models) results.models.push_back(all.models[model]);
  results.status = RunStatus::part;
  return results;
}

Results merge(std::vector<Results> parts) {
  MergedParts merged;
  for (std::size_t i = 0; i < parts.size(); ++i) merged.add(fmt::format("p{}.h5", i), std::move(parts[i]));
  return merged.take();
}

void expect_equal(const std::vector<double>& ours, const std::vector<double>& theirs) {
  EXPECT_THAT(ours, testing::Pointwise(testing::NanSensitiveDoubleEq(), theirs));
}

void expect_whole(const Results& merged) {
  const Results all = whole();
  EXPECT_EQ(merged.status, RunStatus::complete);
  EXPECT_EQ(merged.table.state, all.table.state);
  for (std::size_t m = 0; m < all.table.metrics.size(); ++m) expect_equal(merged.table.values[m], all.table.values[m]);
  expect_equal(merged.table.clean_accuracy, all.table.clean_accuracy);
  expect_equal(merged.table.clean_loss, all.table.clean_loss);
  ASSERT_EQ(merged.models.size(), 2U);
  EXPECT_EQ(merged.models[0].id, "a");
  EXPECT_EQ(merged.models[1].id, "b");
}

std::string refusal(std::vector<Results> parts) {
  return test::error_of([&] { (void)merge(std::move(parts)); });
}

TEST(Merge, PartsOfPointsAreTheWholeInAnyOrder) {
  expect_whole(merge({part({0, 1, 2, 6, 7, 8}, {0}), part({3, 4, 5, 9, 10, 11}, {1})}));
  expect_whole(merge({part({3, 4, 5, 9, 10, 11}, {1}), part({0, 1, 2, 6, 7, 8}, {0})}));
}

TEST(Merge, PartsOfTrialsAreTheWholeWithEqualOverlap) {
  const Results merged =
      merge({part({0, 3, 6, 9, 1}, {0, 1}), part({1, 4, 7, 10}, {0, 1}), part({2, 5, 8, 11}, {0, 1})});
  expect_whole(merged);
  EXPECT_EQ(merged.runs.size(), 3U);
}

TEST(Merge, TablesOfFewerChipsFindTheirPlaces) {
  Results narrow = part({0, 3, 6, 9}, {0, 1});
  Shape shape = narrow.table.shape;
  shape.trials = 1;
  Table table(shape, narrow.table.metrics);
  for (std::size_t point = 0; point < 4; ++point) {
    table.state[point] = narrow.table.state[3 * point];
    for (std::size_t m = 0; m < table.metrics.size(); ++m) table.values[m][point] = narrow.table.values[m][3 * point];
  }
  table.clean_accuracy = narrow.table.clean_accuracy;
  table.clean_loss = narrow.table.clean_loss;
  narrow.table = table;
  const Results rest = part({1, 2, 4, 5, 7, 8, 10, 11}, {0, 1});
  expect_whole(merge({narrow, rest}));
  expect_whole(merge({rest, narrow}));
  // A cell of the first file is named as the first file's, wherever it lies by now.
  Results other = rest;
  other.table.state[3] = CellState::done;
  for (auto& values : other.table.values) values[3] = 0.25;
  EXPECT_THAT(refusal({narrow, rest, other}), HasSubstr("p0.h5 and p2.h5: chip 0 of training 0"));
}

TEST(Merge, WhatIsMissingIsSaid) {
  const Results merged = merge({part({0, 1, 2, 3, 4}, {0})});
  EXPECT_EQ(merged.status, RunStatus::part);
  EXPECT_EQ(missing_chips(merged),
            "3 of 4 points lack chips, the first training.method = plain, hardware.variation.sigma = 0.2 (2 there)");
  EXPECT_EQ(missing_chips(whole()), "");
}

TEST(Merge, WithARuleThePointsNeedADecision) {
  Results results = whole();
  test::decide_chips_while_they_come(results);
  EXPECT_THAT(missing_chips(results), HasSubstr("4 of 4 points lack chips"));  // 3 chips, of at least 30
}

// Of two values 5 trainings of 8 decide; those that nobody asked for are not missed, one of those 5 is.
TEST(Merge, OfARaceOverTrainingsThoseThatItAskedForAreAll) {
  test::Values rows;
  for (const double mean : {.9, .3})
    for (int replica = 0; replica < 8; ++replica) {
      const double value = replica % 2 == 0 ? mean + .01 * mean : mean;
      rows.push_back(replica < 5 ? std::vector<double>{value, value} : std::vector<double>());
    }
  Results results = test::results_of({test::methods({"plain", "kure"})}, rows, 8);
  results.settings = {{"trials.race.axis", {}, {std::string("training.method")}},
                      {"trials.race.chips", {}, {std::int64_t{2}}},
                      {"trials.race.confidence", {}, {0.95}},
                      {"trials.race.metric", {}, {std::string("accuracy")}},
                      {"trials.race.tolerance", {}, {0.001}}};
  EXPECT_EQ(missing_chips(results), "");
  results.table.state[results.table.shape.cell(1, 4, 1)] = CellState::not_run;
  EXPECT_THAT(missing_chips(results), HasSubstr("2 of 2 points lack chips, the first training.method"));
}

TEST(Merge, CellsThatDifferAreRefusedByName) {
  Results other = part({4, 5}, {0});
  other.table.values[kLoss][5] += 1e-15;
  EXPECT_THAT(refusal({part({0, 3}, {0}), part({5}, {0}), other}),
              AllOf(HasSubstr("p1.h5 and p2.h5: chip 2 of training 0 at"), HasSubstr("sigma = 0.2 differs")));
  other = part({11}, {0});
  other.table.state[11] = CellState::done;
  EXPECT_THAT(refusal({part({11}, {0}), other}), HasSubstr("differs"));
}

TEST(Merge, NetworksAndCleanNumbersThatDifferAreRefused) {
  Results other = part({3}, {0});
  other.models[0].clean_accuracy = 0.25;
  EXPECT_THAT(refusal({part({0}, {0}), other}), HasSubstr("p1.h5: network a is another one"));
  other = part({0}, {0});
  Results first = part({0}, {0});
  first.table.clean_accuracy[0] = 0.5;
  other.table.clean_accuracy[0] = 0.75;
  EXPECT_THAT(refusal({first, other}), HasSubstr("p1.h5: training 0 at"));
}

TEST(Merge, OtherExperimentsSweepsAndSamplesAreRefused) {
  Results other = part({0}, {0});
  other.hash = "another";
  other.identity = "experiment.seed = 2\n";
  EXPECT_THAT(refusal({part({1}, {0}), other}),
              AllOf(HasSubstr("different experiments"), HasSubstr("experiment.seed")));
  other = results_of({methods({"plain", "kure"}), sigmas({0.1, 0.3})}, {{.5}, {.4}, {.7}, {.6}});
  other.hash = "hash";
  EXPECT_THAT(refusal({part({1}, {0}), other}), HasSubstr("sweep other values"));
  other = part({0}, {0});
  other.sampling.emplace();
  EXPECT_THAT(refusal({other}), HasSubstr("samples of the test images"));
}

}  // namespace merge_test
}  // namespace ohmcarlo
