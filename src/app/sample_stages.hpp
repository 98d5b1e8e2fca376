#pragma once
// The stages of a job that come before its chips where these see samples of the test images: networks say how hard
// images are, then the chips of a pilot say how large samples have to be.

#include <cstdint>
#include <string>
#include <vector>

#include "app/session.hpp"
#include "experiment/sampling.hpp"
#include "schedule/work.hpp"

namespace ohmcarlo {

/// What each stage has to do, and what becomes of it. The design is kept in the session as soon as a part of it is
/// known, so that a job that is interrupted goes on with the same one; nothing that a file has is decided again.
class SampleStages {
 public:
  /// What is passed must outlive this. An experiment whose chips see all images has no stages.
  SampleStages(const Experiment& experiment, const Plan& plan, Session& session)
      : experiment_(experiment), plan_(plan), session_(session) {}

  /// Whether it is not known yet how hard the images are.
  [[nodiscard]] bool needs_ranks() const;
  /// One lot a model of the plan; one unit for those that have a say. `trained`: of every model.
  [[nodiscard]] Work rank_work(std::vector<bool> trained) const;
  /// Takes what a unit of rank_work yielded; the last one makes the strata.
  void take_ranks(std::uint32_t model, const std::string& payload);

  /// Whether the sizes of samples are not known yet.
  [[nodiscard]] bool needs_pilot() const;
  /// One lot an evaluation of the plan; the units that the pilot lacks. Makes room for its chips in the session.
  [[nodiscard]] Work pilot_work(std::vector<bool> trained);
  /// Decides on the sizes of samples once the session has the whole pilot.
  void finish_pilot();

  /// What workers have to learn before they evaluate chips; empty where these see all images.
  [[nodiscard]] std::string brief(const std::vector<Lot>& lots) const;

 private:
  [[nodiscard]] std::vector<std::uint32_t> ranking_models() const;

  const Experiment& experiment_;
  const Plan& plan_;
  Session& session_;
  std::map<std::uint32_t, ImageHardness> hardness_;  ///< by model
};

}  // namespace ohmcarlo
