#pragma once
// What is known of all points of an experiment once each was read and checked: a few bytes a point.

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "experiment/parts.hpp"
#include "records/setting.hpp"

namespace ohmcarlo {

struct Survey {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr double kNominalImages = 10000;  ///< the costs of points are compared at so many, whatever their data

  // Of every point:
  std::vector<std::uint32_t> training;     ///< points with the same number share their models
  std::vector<std::uint32_t> evaluation;   ///< and, with the same number here as well, their chips
  std::vector<std::uint32_t> range_point;  ///< the point whose model fixes the ranges of converters; kNone: this one
  std::vector<std::uint8_t> unit_chips;    ///< chips that are evaluated together
  std::vector<bool> equal_chips;           ///< nothing about its chips is random: all are the same
  std::vector<float> chip_cost;            ///< nanoseconds of one on kNominalImages test images, by counted operations

  std::vector<std::uint32_t> training_points;  ///< of every number in `training`: the first point that has it
  std::vector<float> training_cost;            ///< nanoseconds of it on kNominalImages images an epoch, likewise
  /// Representatives: one point for every combination of what was read, of the data and network, and of words,
  /// truth values and lists; numbers of other keys are not told apart.
  std::vector<std::size_t> kinds;
  bool groups_on_arrays = false;        ///< of any point
  KeySet keys;                          ///< all keys that any point reads
  std::set<FileContent> files;          ///< all that points read
  std::vector<ResolvedSetting> common;  ///< settings that all points share
  std::vector<KeyId> differing;         ///< keys of all others, but for axes that every point reads as they are
};

/// Which axes have values with which the point would have other models.
[[nodiscard]] std::vector<bool> axes_of_training(const Survey& survey, const Shape& shape, std::size_t point);

/// Which point the ranges of converters of point `number` come from, given its hardware.adc.range_from; none: itself.
using FindRangePoint = std::function<std::optional<std::size_t>(std::size_t number, const Settings& other)>;

/// Reads and checks all points in order. `common_random_numbers`: points may share chips. Throws BadUsage
/// or BadData.
[[nodiscard]] Survey survey_points(PointParts& parts, const Shape& shape, bool common_random_numbers,
                                   const FindRangePoint& find_range_point);

}  // namespace ohmcarlo
