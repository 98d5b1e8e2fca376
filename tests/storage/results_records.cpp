#include "storage/results_records.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

namespace ohmcarlo::test {
namespace results_records_test {

using ::testing::ElementsAre;
using ::testing::Pair;

class ResultsRecords : public ::testing::Test {
 protected:
  const std::scoped_lock<std::recursive_mutex> lock{h5::library_mutex()};
  h5::Handle file = h5::create_in_memory();
};

/// Every member has a value of its own, so that none can be taken for another.
const ModelRecord kRecord{"1b", "replica = 1\nseed = 2\n", "ovf", "1b.model.h5", 3, 7, 0.5, 0.25, 0.125, 1.5, false};

TEST_F(ResultsRecords, EveryMemberOfAModelIsReadBack) {
  ModelRecord other = kRecord;
  other.id = "0a";
  other.replica = std::numeric_limits<std::int64_t>::max();
  other.diverged = true;
  h5::write_models(file, {kRecord, other});
  const std::vector<ModelRecord> read = h5::read_models(file);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_TRUE(ModelRecord::members(read[0]) == ModelRecord::members(other)) << "by id";
  EXPECT_TRUE(ModelRecord::members(read[1]) == ModelRecord::members(kRecord));
}

TEST_F(ResultsRecords, AModelIsAGroupOfAttributesForOtherReaders) {
  h5::write_models(file, {kRecord});
  const h5::Handle entry = h5::open_group(file, "models/1b");
  EXPECT_THAT(h5::attributes(entry),
              ElementsAre("clean_accuracy", "clean_loss", "diverged", "epoch", "file", "identity", "method", "replica",
                          "training_loss", "validation_accuracy"));
  EXPECT_EQ(h5::read_number(entry, "training_loss"), 0.5);
  EXPECT_EQ(h5::read_number(entry, "validation_accuracy"), 0.25);
  EXPECT_EQ(h5::read_number(entry, "clean_accuracy"), 0.125);
  EXPECT_EQ(h5::read_number(entry, "clean_loss"), 1.5);
  EXPECT_EQ(h5::read_integer(entry, "epoch"), 7);
}

TEST_F(ResultsRecords, NumbersOfADivergedModelStayNaN) {
  ModelRecord record = kRecord;
  record.training_loss = record.clean_loss = std::nan("");
  h5::write_models(file, {record});
  EXPECT_TRUE(std::isnan(h5::read_models(file).at(0).training_loss));
  EXPECT_TRUE(std::isnan(h5::read_models(file).at(0).clean_loss));
}

TEST_F(ResultsRecords, StartsOfTheJobStayInTheirOrder) {
  std::vector<Provenance> runs;
  for (int i = 0; i < 12; ++i) runs.push_back({{"number", std::to_string(i)}, {"started", "then"}});
  h5::write_runs(file, runs);
  EXPECT_EQ(h5::read_runs(file), runs) << "the tenth follows the ninth";
}

TEST_F(ResultsRecords, FactsOfAStartComeByName) {
  h5::write_runs(file, {{{"started", "now"}, {"hosts", "one two"}, {"command", ""}}});
  EXPECT_THAT(h5::read_runs(file).at(0),
              ElementsAre(Pair("command", ""), Pair("hosts", "one two"), Pair("started", "now")));
}

TEST_F(ResultsRecords, FilesWithoutThemAreRefused) {
  EXPECT_THROW((void)h5::read_models(file), std::runtime_error);
  EXPECT_THROW((void)h5::read_runs(file), std::runtime_error);
  const h5::Handle models = h5::create_group(file, "models");
  const h5::Handle entry = h5::create_group(models, "0a");
  h5::write_attribute(entry, "identity", std::string("x = 1\n"));  // and nothing else
  EXPECT_THROW((void)h5::read_models(file), std::runtime_error);
}

TEST_F(ResultsRecords, NoneIsNotMissing) {
  h5::write_models(file, {});
  h5::write_runs(file, {});
  EXPECT_TRUE(h5::read_models(file).empty());
  EXPECT_TRUE(h5::read_runs(file).empty());
}

}  // namespace results_records_test
}  // namespace ohmcarlo::test
