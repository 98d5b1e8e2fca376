#pragma once
// What races have decided, as text.

#include <span>
#include <string>

#include "app/sheet.hpp"
#include "experiment/race.hpp"

namespace ohmcarlo {

/// A line for every one of the points: the winner or leader of each race, those that cannot be told from it, those that
/// were dropped and when; and below how each race ended and what it spent.
[[nodiscard]] std::string format_races(const Results& results, const RaceRules& rules,
                                       std::span<const std::size_t> points, TableFormat format);

}  // namespace ohmcarlo
