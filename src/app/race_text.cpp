#include "app/race_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/metric_text.hpp"
#include "config/race.hpp"
#include "experiment/metric_range.hpp"

namespace ohmcarlo {
namespace {

/// The last look that a value of a race was in, and what it found; nothing before the first.
struct LastStanding {
  std::size_t value = 0, chips = 0;
  RaceStanding found = {};
};

/// All values of a race: the leader, those left from the best mean to the worst, those dropped from the last to the
/// first.
std::vector<LastStanding> rank_values(const RaceDecision& decision, bool lower_is_better) {
  std::vector<LastStanding> ranks;
  for (std::size_t value = 0; value < decision.dropped_at.size(); ++value) {
    LastStanding& last = ranks.emplace_back(LastStanding{.value = value});
    for (const RaceLook& look : decision.looks)
      for (const RaceStanding& standing : look.standings)
        if (standing.value == value) last = {value, look.chips, standing};
  }
  std::ranges::stable_sort(ranks, [&](const LastStanding& a, const LastStanding& b) {
    if (a.found.leads != b.found.leads) return a.found.leads;
    if (a.found.dropped != b.found.dropped) return b.found.dropped;
    if (a.chips != b.chips) return a.chips > b.chips;
    return lower_is_better ? a.found.mean < b.found.mean : a.found.mean > b.found.mean;
  });
  return ranks;
}

/// `units`: "chips" or "trainings".
std::string verdict_of(const RaceDecision& decision, const LastStanding& last, std::string_view units) {
  if (last.chips == 0) return "no look yet";
  if (last.found.leads) return decision.is_over() ? "best" : "leads";
  if (last.found.dropped) return fmt::format("dropped at {} {}", last.chips, units);
  return "cannot be told from it";
}

std::string end_text(const Race& race, const RaceDecision& decision) {
  switch (decision.end) {
    case RaceEnd::one_left:
      return "one value is left";
    case RaceEnd::within_tolerance:
      return fmt::format("all that are left are within {:g}", race.tolerance);
    case RaceEnd::at_last_look:
      return fmt::format("{} is reached", race.is_over_trainings() ? "training.replicas" : "trials.race.max");
    case RaceEnd::no_results:
      return "no value has a result";
    case RaceEnd::none:
      break;
  }
  return "the race goes on";
}

std::string cost_text(const Race& race, const RaceDecision& decision) {
  const RaceCost cost = cost_of(decision);
  const auto saved = cost.without_dropping - cost.spent;
  const std::string units =
      race.chips ? fmt::format("trainings of {} chips ({} chips)", *race.chips, cost.spent * *race.chips) : "chips";
  return fmt::format("{} {}, {:.0f} % fewer than the {} of all values as far", cost.spent, units,
                     100 * static_cast<double>(saved) / static_cast<double>(cost.without_dropping),
                     cost.without_dropping);
}

}  // namespace

std::string format_races(const Results& results, const RaceRules& rules, std::span<const std::size_t> points,
                         TableFormat format) {
  const Shape& shape = results.table.shape;
  const Race& race = rules.race();
  const Metric& metric = results.table.metrics[rules.metric(results.table).value()];
  const double confidence = pair_confidence(race.confidence, shape.axes[rules.axis()].values.size());
  Sheet sheet;
  std::vector<std::vector<std::string>> lines(1);
  for (const Axis& axis : shape.axes) {
    sheet.columns.push_back(axis.key);
    lines[0].push_back(last_part(axis.key));
  }
  const std::string units(rules.units());
  for (const std::string& name : {std::string("race"), std::string("verdict"), units, std::string("mean"),
                                  std::string("behind"), std::string("ci_low"), std::string("ci_high"),
                                  std::string("end"), "race_" + units, "race_" + units + "_without_dropping"})
    sheet.columns.push_back(name);
  if (race.chips) sheet.columns.insert(sheet.columns.end(), {"race_chips", "race_chips_without_dropping"});
  for (const std::string& name : {units, heading_text(metric, "mean"), std::string("best is better by"),
                                  fmt::format("{:.4g} % interval", 100 * confidence), std::string("verdict")})
    lines[0].push_back(name);
  std::string notes;
  for (std::size_t number = 0; number < rules.count(); ++number) {
    const std::vector<std::size_t> of_race = rules.points_of(number);
    const RaceDecision decision = rules.decide(results.table, number);
    const RaceCost cost = cost_of(decision);
    bool is_shown = false;
    for (const LastStanding& last : rank_values(decision, is_better_when_lower(metric))) {
      const std::size_t point = of_race[last.value];
      if (std::ranges::find(points, point) == points.end()) continue;
      is_shown = true;
      std::vector<Cell>& cells = sheet.rows.emplace_back();
      std::vector<std::string>& texts = lines.emplace_back();
      const std::vector<std::size_t> indices = shape.indices(point);
      for (std::size_t i = 0; i < indices.size(); ++i) {
        cells.push_back(to_cell(shape.axes[i].values[indices[i]]));
        texts.push_back(to_text(shape.axes[i].values[indices[i]]));
      }
      const RaceStanding& found = last.found;
      const std::string verdict = verdict_of(decision, last, units);
      cells.insert(cells.end(), {to_cell(number), verdict, to_cell(last.chips), found.mean, found.behind,
                                 found.interval.low, found.interval.high, std::string(to_text(decision.end)),
                                 to_cell(cost.spent), to_cell(cost.without_dropping)});
      if (race.chips)
        cells.insert(cells.end(), {to_cell(cost.spent * *race.chips), to_cell(cost.without_dropping * *race.chips)});
      texts.insert(texts.end(), {fmt::format("{}", last.chips), value_text(metric, found.mean),
                                 found.leads ? "-" : difference_text(metric, found.behind),
                                 interval_text(metric, found.interval), verdict});
    }
    if (!is_shown) continue;
    const std::string which = rules.count() == 1 ? "" : fmt::format(" ({} of {})", number + 1, rules.count());
    notes += fmt::format("Race{}: {}; {}.\n", which, end_text(race, decision), cost_text(race, decision));
  }
  if (races_on_test_data(race)) notes += fmt::format("Note: {}.\n", kRaceOnTestData);
  if (format == TableFormat::csv) return to_csv(sheet);
  if (format == TableFormat::json)
    return to_json(results,
                   {{"metric", metric.name},
                    {"axis", race.axis},
                    {"tolerance", race.tolerance},
                    {"confidence", race.confidence},
                    {"interval_confidence", confidence},
                    {"on_test_data", race.metric != RaceMetric::validation_accuracy}},
                   "values", sheet);
  return fmt::format(
             "{} ({}): race of {} by {}; with {:g} % the truly best value, or one within {:g}, is not dropped\n",
             results.name, to_text(results.status), race.axis, metric.name, 100 * race.confidence, race.tolerance) +
         align_columns(lines) + notes;
}

}  // namespace ohmcarlo
