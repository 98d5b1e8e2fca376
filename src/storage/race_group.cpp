#include "storage/race_group.hpp"

#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

namespace ohmcarlo::h5 {
namespace {

/// A dataset of one number for each row.
template <class Row, class Value>
void write_race_column(hid_t group, const char* name, const std::vector<Row>& rows, Value Row::*member) {
  const std::vector<std::size_t> shape = {rows.size()};
  if constexpr (std::is_same_v<Value, double>) {
    std::vector<double> values;
    for (const Row& row : rows) values.push_back(row.*member);
    write_dataset(group, name, H5T_NATIVE_DOUBLE, shape, values.data());
  } else if constexpr (std::is_same_v<Value, bool>) {
    std::vector<std::uint8_t> values;
    for (const Row& row : rows) values.push_back(row.*member ? 1 : 0);
    write_dataset(group, name, H5T_NATIVE_UINT8, shape, values.data());
  } else {
    std::vector<std::uint64_t> values;
    for (const Row& row : rows) values.push_back(row.*member);
    write_dataset(group, name, H5T_NATIVE_UINT64, shape, values.data());
  }
}

}  // namespace

void write_races(hid_t root, const std::optional<RaceRecord>& record) {
  if (!record) return;
  const Handle group = create_group(root, "race");
  write_attribute(group, "axis", record->axis);
  write_attribute(group, "metric", record->metric);
  write_attribute(group, "tolerance", record->tolerance);
  write_attribute(group, "confidence", record->confidence);
  write_attribute(group, "pair_confidence", record->pair_confidence);
  const std::string units = record->chips_of_training ? "trainings" : "chips";
  if (record->chips_of_training)
    write_attribute(group, "chips_of_training", static_cast<std::uint64_t>(*record->chips_of_training));
  for (std::size_t i = 0; i < record->races.size(); ++i) {
    const RaceSummary& race = record->races[i];
    const Handle entry = create_group(group, fmt::format("race_{:04}", i));
    write_attribute(entry, "end", race.end);
    write_attribute(entry, "leader", race.leader);
    write_attribute(entry, (units + "_spent").c_str(), race.spent);
    write_attribute(entry, (units + "_without_dropping").c_str(), race.without_dropping);
    if (record->chips_of_training) {
      write_attribute(entry, "chips_spent", race.spent * *record->chips_of_training);
      write_attribute(entry, "chips_without_dropping", race.without_dropping * *record->chips_of_training);
    }
    const std::vector<RaceRow>& rows = race.standings;
    if (rows.empty()) continue;
    write_race_column(entry, units.c_str(), rows, &RaceRow::chips);
    write_race_column(entry, "point", rows, &RaceRow::point);
    write_race_column(entry, "mean", rows, &RaceRow::mean);
    write_race_column(entry, "behind", rows, &RaceRow::behind);
    write_race_column(entry, "ci_low", rows, &RaceRow::low);
    write_race_column(entry, "ci_high", rows, &RaceRow::high);
    write_race_column(entry, "leads", rows, &RaceRow::leads);
    write_race_column(entry, "dropped", rows, &RaceRow::dropped);
  }
}

}  // namespace ohmcarlo::h5
