#pragma once
// Which chips a running job needs, as far as is known, and the results that are there before anybody knows whether they
// are needed.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "app/session.hpp"
#include "experiment/plan.hpp"
#include "schedule/message.hpp"
#include "schedule/work.hpp"

namespace ohmcarlo {

/// With a fixed number of chips all of them are needed. With trials.until, chips below the next look are; results of
/// others are held back, outside the results file, until a look asks for them or stops: so the file never has a chip
/// that depends on how fast workers are. With trials.race likewise, but all values of a race are looked at together,
/// once each that is left has what the look needs; one that is dropped needs no more. Where trainings are raced, those
/// up to the next look are needed with all their chips, and the one after may be done ahead of it.
class ChipDemand {
 public:
  /// Enters the result of a unit that is needed into the session.
  using Enter = std::function<void(std::uint32_t lot, const UnitResult& result)>;

  /// What is passed must outlive this. Makes room in the session's table for the chips of the first looks.
  ChipDemand(const Experiment& experiment, const Plan& plan, Session& session, Enter enter);

  /// What is left to do, one lot an evaluation of the plan: needed units, then those that may become needed.
  [[nodiscard]] std::vector<Lot> lots() const;
  /// Chips to run that are needed, as far as is known.
  [[nodiscard]] std::size_t chips_to_run() const { return chips_to_run_; }
  /// Of them, those that were run.
  [[nodiscard]] std::size_t chips_run() const { return chips_run_; }
  /// Whether each model of the plan is needed, as far as is known: one of a training that may become needed is not.
  [[nodiscard]] std::vector<bool> needed_models() const;
  /// Groups of equal points of which it is known how many chips they need, and all.
  [[nodiscard]] std::size_t settled() const { return settled_; }
  [[nodiscard]] std::size_t groups() const { return groups_.size(); }

  /// Takes the result of a unit: enters it or holds it back. If that completes what a look needs, looks, as often as
  /// what was held back allows. Returns what has become known.
  [[nodiscard]] std::vector<LotNeed> take(std::uint32_t lot, const UnitResult& result);

 private:
  /// Evaluations of the same points, one a replica: what the rule looks at together.
  struct Group {
    ChipNeed need;
    bool is_known = false;  ///< whether anybody has looked
    std::size_t party = 0;
    std::size_t units_left = 0;                                          ///< needed ones that are not entered
    std::map<std::pair<std::uint32_t, std::uint32_t>, UnitResult> held;  ///< by lot and unit
  };

  /// Asks the rules of the groups of a party, of which all that was needed is there.
  void look(std::size_t party);
  /// Looks for as long as all that is needed of a party is there and more may become so. Returns which groups may have
  /// changed.
  std::set<std::size_t> look_on(std::size_t party);
  /// Counts what a group is missing of what is known to be needed now.
  void settle(std::size_t number, const ChipNeed& need);
  void enter(std::uint32_t lot, const UnitResult& result);
  /// Enters what was held back and is needed now.
  void enter_held(Group& group);

  const Experiment& experiment_;
  const Plan& plan_;
  Session& session_;
  Enter enter_;
  TablePoints places_;
  std::vector<Group> groups_;
  /// Numbers of the groups that are looked at together: all where there are races, whose looks are at the same numbers
  /// of chips, else each alone.
  std::vector<std::vector<std::size_t>> parties_;
  std::size_t chips_to_run_ = 0, chips_run_ = 0, settled_ = 0;
};

}  // namespace ohmcarlo
