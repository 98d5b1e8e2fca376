#include "experiment/survey.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "chip/weight_chips.hpp"
#include "crossbar/randomness.hpp"
#include "experiment/chip_cost.hpp"
#include "experiment/settings.hpp"

namespace ohmcarlo {
namespace {

/// Whether nothing about a point's chips is random: all are the same. In-situ training and retraining draw images.
bool has_equal_chips(const ChipPart& chip) {
  const Hardware& hardware = chip.hardware;
  return hardware.arrays ? !is_random(hardware.array) && !chip.deployment.writes() : hardware.variation.sigma == 0;
}

/// Which keys differ between points, and what those say that do not.
class Differences {
 public:
  Differences(const Document& document, const Shape& shape) : states_(all_keys().size()) {
    for (std::size_t axis = 0; axis < document.swept.size(); ++axis) {
      State& state = states_[id_of(KeyName(document.swept[axis].path))];
      state.axis = &document.swept[axis];
      for (std::size_t i = axis + 1; i < shape.axes.size(); ++i) state.stride *= shape.axes[i].values.size();
    }
  }

  /// `point` reads what is in `source`.
  void add(const PartSource& source, std::size_t point) {
    for (std::size_t key = 0; key < states_.size(); ++key) {
      State& state = states_[key];
      const RecordedValue* read = source.find(static_cast<KeyId>(key));
      if (read == nullptr || state.differs) continue;
      if (state.axis != nullptr) {
        state.differs = read->value != state.axis->values[point / state.stride % state.axis->values.size()];
      } else if (state.line.empty()) {
        state.line = read->line;
        state.value = read->value;
      } else {
        state.differs = read->line != state.line;
      }
    }
  }

  /// `everywhere`: keys that all points read; `anywhere`: that any reads.
  void finish(const KeySet& everywhere, const KeySet& anywhere, Survey& survey) const {
    for (const KeyId key : ids_by_path()) {
      if (!anywhere.test(key)) continue;
      if (states_[key].differs || !everywhere.test(key))
        survey.differing.push_back(key);
      else if (states_[key].axis == nullptr)
        survey.common.push_back({std::string(all_keys()[key].path), {}, {setting_value(states_[key].value)}});
    }
  }

 private:
  struct State {
    const SweptKey* axis = nullptr;
    std::size_t stride = 1;
    std::string line;
    Value value;
    bool differs = false;
  };

  std::vector<State> states_;  ///< [keys]
};

/// Tells the parts of points apart.
class PartNumbers {
 public:
  struct Numbers {
    std::uint32_t part;  ///< of what was read
    std::uint32_t kind;
  };
  /// `on_new` is called for a source that is seen for the first time.
  template <class OnNew>
  Numbers number(const PartSource& source, const OnNew& on_new) {
    const auto [part, is_new] = parts_.find_or_add(source.digest());
    if (is_new) on_new();
    return {part, kinds_.find_or_add(source.kind()).first};
  }

 private:
  DigestNumbers parts_, kinds_;
};

}  // namespace

Survey survey_points(PointParts& parts, const Shape& shape, bool common_random_numbers,
                     const FindRangePoint& find_range_point) {
  const std::size_t points = shape.points();
  Survey survey;
  survey.training.reserve(points);
  survey.evaluation.reserve(points);
  survey.unit_chips.reserve(points);
  PartNumbers chip_numbers, model_numbers;
  Differences differences(parts.document(), shape);
  KeySet everywhere, places;
  everywhere.set();
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> kinds;
  for (std::size_t number = 0; number < points; ++number) {
    const PointParts::Pair pair = parts.read(number);
    const auto note = [&](const PartSource& source, const std::set<FileContent>& of_part) {
      differences.add(source, number);
      survey.files.insert(of_part.begin(), of_part.end());
    };
    const auto chip =
        chip_numbers.number(pair.chip->source, [&] { note(pair.chip->source, pair.chip->hardware.files); });
    const auto model = model_numbers.number(pair.model->source, [&] {
      note(pair.model->source, pair.model->network.files);
      survey.files.insert(pair.model->data.contents.begin(), pair.model->data.contents.end());
    });
    survey.groups_on_arrays = survey.groups_on_arrays || pair.has_groups_on_arrays();
    const KeySet keys = pair.chip->source.keys() | pair.model->source.keys();
    everywhere &= keys;
    survey.keys |= keys;
    places |= pair.model->places;
    if (model.part == survey.training_points.size()) {
      survey.training_points.push_back(static_cast<std::uint32_t>(number));
      survey.training_cost.push_back(static_cast<float>(training_nanoseconds(*pair.model, Survey::kNominalImages)));
    }
    survey.training.push_back(model.part);
    survey.evaluation.push_back(common_random_numbers ? chip.part : static_cast<std::uint32_t>(number));
    survey.unit_chips.push_back(
        pair.chip->hardware.arrays ? 1 : static_cast<std::uint8_t>(chips_per_group(pair.model->spec)));
    survey.equal_chips.push_back(has_equal_chips(*pair.chip));
    survey.chip_cost.push_back(static_cast<float>(chip_nanoseconds(pair, Survey::kNominalImages)));
    if (kinds.try_emplace({chip.kind, model.kind}, number).second) survey.kinds.push_back(number);
    if (const Settings& from = pair.chip->range_from; !from.empty()) {
      if (survey.range_point.empty()) survey.range_point.assign(points, Survey::kNone);
      if (const auto found = find_range_point(number, from))
        survey.range_point[number] = static_cast<std::uint32_t>(*found);
    }
  }
  differences.finish(everywhere, survey.keys, survey);
  survey.keys |= places;
  return survey;
}

std::vector<bool> axes_of_training(const Survey& survey, const Shape& shape, std::size_t point) {
  std::vector<bool> axes;
  const std::vector<std::size_t> here = shape.indices(point);
  for (std::size_t axis = 0; axis < here.size(); ++axis) {
    bool matters = false;
    std::vector<std::size_t> there = here;
    for (there[axis] = 0; there[axis] < shape.axes[axis].values.size(); ++there[axis])
      matters = matters || survey.training[shape.point(there)] != survey.training[point];
    axes.push_back(matters);
  }
  return axes;
}

}  // namespace ohmcarlo
