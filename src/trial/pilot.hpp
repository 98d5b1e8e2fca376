#pragma once
// How long the work of an experiment takes on this processor, told from a little of it.

#include <cstdint>
#include <map>
#include <optional>

#include "base/clock.hpp"
#include "trial/chips.hpp"
#include "trial/model_source.hpp"
#include "trial/models.hpp"

namespace ohmcarlo {

/// What a unit of chips takes: seconds of one core.
struct UnitTime {
  double preparation = 0;  ///< what all chips of an evaluation share, once for every worker that has some of them
  double programming = 0;  ///< the chips of a unit, and what is done to them before the test
  double image = 0;        ///< all of them on one test image
  double whole = 0;        ///< the unit: programming, and all images that its chips see
};

/// Does a little of each kind of work. Nothing of it is kept.
class WorkPilot {
 public:
  /// What is passed must outlive this. `clock` times work, by `wall` it is given up. `poll`: called while work goes on;
  /// what it throws goes on to the caller.
  WorkPilot(const Experiment& experiment, const Plan& plan, DataSource& data, const Clock& clock, const Clock& wall,
            Poll poll);
  WorkPilot(const WorkPilot&) = delete;
  WorkPilot& operator=(const WorkPilot&) = delete;

  /// Seconds that the training of a model takes, told from those of its steps that `seconds` are enough for, or from
  /// all. Nothing if that is none.
  [[nodiscard]] std::optional<double> time_training(std::uint32_t model, double seconds);

  /// What a unit of an evaluation takes on networks as far trained as `like`, a model of the same kind that was timed
  /// before. A whole unit is timed if `seconds` are enough for that, else its images are told from a few. Nothing if
  /// they are not enough for these, or a network needs its whole training before it goes on chips.
  [[nodiscard]] std::optional<UnitTime> time_unit(std::uint32_t evaluation, std::uint32_t like, double seconds);

 private:
  /// Networks, trained or not, under any name.
  class Networks final : public ModelSource {
   public:
    std::optional<StoredModel> load(const std::string& id, const std::string& identity) override;
    void save(const StoredModel&) override {}
    std::optional<std::string> load_progress(const std::string&, const std::string&) override { return std::nullopt; }
    void save_progress(const std::string&, const std::string&, const std::string&) override {}

    StoredModel every;  ///< stands for every model
  };

  /// Throws Interrupted once `seconds` of the wall have gone by since now.
  [[nodiscard]] Poll poll_for(double seconds) const;
  /// `found`: what is known so far, better and better.
  void measure(std::uint32_t evaluation, std::size_t images, double seconds, const Poll& poll,
               std::optional<UnitTime>& found);

  const Experiment& experiment_;
  const Plan& plan_;
  DataSource& data_;
  const Clock &clock_, &wall_;
  Poll poll_;
  std::map<std::uint32_t, StoredModel> trained_;  ///< as far as they were
  Networks networks_;
};

}  // namespace ohmcarlo
