#pragma once
// The work of an experiment, kind by kind, and how long each kind takes.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/forecast.hpp"
#include "experiment/plan.hpp"
#include "trial/data_source.hpp"

namespace ohmcarlo {

/// A kind of trainings or of evaluations, and the first one of it.
struct PlannedKind {
  std::uint32_t first = 0;  ///< its number in the plan
  std::uint32_t like = 0;   ///< of evaluations: the first training of the kind that their model is of
  WorkKind work;
};

/// Kinds by what tells them apart, in the order in which they are met.
class PlannedKinds {
 public:
  PlannedKind& find_or_add(const std::string& key, std::uint32_t first);
  [[nodiscard]] std::vector<WorkKind> work() const;
  std::vector<PlannedKind> all;

 private:
  std::map<std::string, std::size_t> numbers_;
};

struct PlannedWork {
  PlannedKinds trainings, chips;
};

/// Counts all work of the plan. Work of one kind differs in numbers alone that its time hardly depends on, as sigmas.
/// `ranks`: that share it.
[[nodiscard]] PlannedWork sort_work(const Experiment& experiment, const Plan& plan, int ranks);

/// Times a little of every kind, one after the other, for 30 s at most; kinds for which no time is left stay untimed.
/// Throws Resumable if a signal asks to stop.
void time_work(const Experiment& experiment, const Plan& plan, DataSource& data, PlannedWork& work);

}  // namespace ohmcarlo
