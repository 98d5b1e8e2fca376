#include "experiment/survey.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "chip/weight_chips.hpp"
#include "experiment/settings.hpp"

namespace ohmcarlo {
namespace {

/// Which keys differ between points, and what those say that do not.
class Differences {
 public:
  Differences(const Document& document, const Shape& shape) : shape_(shape), states_(all_keys().size()) {
    for (std::size_t axis = 0; axis < document.swept.size(); ++axis) {
      const SweptKey& swept = document.swept[axis];
      State& state = states_[static_cast<std::size_t>(find_key(swept.path) - all_keys().data())];
      state.axis = static_cast<int>(axis);
      for (const Value& value : swept.values) state.axis_values.push_back(to_toml(value));
    }
  }

  void add(const PartSource& source, std::size_t point) {
    for (const auto& [key, value] : source.settings) {
      State& state = states_[static_cast<std::size_t>(key - all_keys().data())];
      if (state.differs) continue;
      if (state.axis >= 0)
        state.differs = value != state.axis_values[index_of(point, static_cast<std::size_t>(state.axis))];
      else if (state.first.empty())
        state.first = value;
      else
        state.differs = state.first != value;
    }
  }

  /// `everywhere`: keys that all points read; `anywhere`: that any reads.
  void finish(const KeySet& everywhere, const KeySet& anywhere, Survey& survey) const {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const Key& key = all_keys()[i];
      if (!anywhere.test(i)) continue;
      if (states_[i].differs || !everywhere.test(i))
        survey.differing.push_back(&key);
      else if (states_[i].axis < 0)
        survey.common.push_back({std::string(key.path), {}, {setting_value(key, states_[i].first)}});
    }
  }

 private:
  struct State {
    int axis = -1;
    std::vector<std::string> axis_values;
    std::string first;
    bool differs = false;
  };
  [[nodiscard]] std::size_t index_of(std::size_t point, std::size_t axis) const {
    for (std::size_t i = shape_.axes.size(); --i > axis;) point /= shape_.axes[i].values.size();
    return point % shape_.axes[axis].values.size();
  }

  const Shape& shape_;
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
    const auto [part, is_new] = parts_.find_or_add(source.digest);
    if (is_new) on_new();
    return {part, kinds_.find_or_add(source.kind).first};
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
  KeySet everywhere;
  everywhere.set();
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> kinds;
  for (std::size_t number = 0; number < points; ++number) {
    const PointParts::Pair pair = parts.read(number);
    const auto note = [&](const PartSource& source, const std::set<FileContent>& files) {
      differences.add(source, number);
      survey.files.insert(files.begin(), files.end());
    };
    const auto chip = chip_numbers.number(pair.chip->source, [&] { note(pair.chip->source, pair.chip->hardware.files); });
    const auto model =
        model_numbers.number(pair.model->source, [&] { note(pair.model->source, pair.model->network.files); });
    const KeySet keys = pair.chip->source.keys | pair.model->source.keys;
    everywhere &= keys;
    survey.keys |= keys;
    if (model.part == survey.training_points.size())
      survey.training_points.push_back(static_cast<std::uint32_t>(number));
    survey.training.push_back(model.part);
    survey.evaluation.push_back(common_random_numbers ? chip.part : static_cast<std::uint32_t>(number));
    survey.unit_chips.push_back(
        pair.chip->hardware.arrays ? 1 : static_cast<std::uint8_t>(chips_per_group(pair.model->spec)));
    if (kinds.try_emplace({chip.kind, model.kind}, number).second) survey.kinds.push_back(number);
    if (const Settings& from = pair.chip->range_from; !from.empty()) {
      if (survey.range_point.empty()) survey.range_point.assign(points, Survey::kNone);
      if (const auto found = find_range_point(number, from))
        survey.range_point[number] = static_cast<std::uint32_t>(*found);
    }
  }
  differences.finish(everywhere, survey.keys, survey);
  return survey;
}

}  // namespace ohmcarlo
