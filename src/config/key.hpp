#pragma once
// One configuration key: what may stand in an experiment file, with type, range and default.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace ohmcarlo {

enum class KeyType : std::uint8_t {
  boolean,
  integer,
  real,
  text,
  integer_list,
  real_list,
  text_list,
  settings,
  mean_and_sd
};

/// One row of the register of keys (config/keys.hpp).
struct Key {
  /// Lower end of the range of numbers above 0, and a factor beyond any that a device has, whose products stay finite.
  static constexpr double kAboveZero = std::numeric_limits<double>::min();
  static constexpr double kMostSigma = 1e6;

  std::string_view path;                                  ///< dotted, as in "training.epochs"
  KeyType type;                                           ///< of its values, words that stand for a number aside
  std::string_view fallback = {};                         ///< the default, as TOML; empty: none
  double low = -std::numeric_limits<double>::infinity();  ///< smallest number, or smallest of a list
  double high = std::numeric_limits<double>::infinity();  ///< largest number, or largest of a list
  std::size_t length = 0;                                 ///< of a list: how many numbers it has; 0: any
  std::vector<std::string_view> words = {};  ///< text: what is allowed (empty: anything); numbers: allowed instead
  bool changes_results = true;               ///< part of the experiment's hash
  bool sweepable = true;                     ///< may be an axis of [sweep]
  std::string_view help = {};                ///< what it means, with unit

  /// True if a number of this key has ends that it may not pass.
  [[nodiscard]] bool is_limited() const;
  /// True if `number` is finite and within the range.
  [[nodiscard]] bool takes(double number) const;
  /// True if values are lists.
  [[nodiscard]] bool is_list() const;
  /// True if values are tables.
  [[nodiscard]] bool is_table() const;
  /// The table that the key stands in: "hardware.variation" of "hardware.variation.sigma".
  [[nodiscard]] std::string_view table() const;
  /// What follows the table: "sigma" of "hardware.variation.sigma".
  [[nodiscard]] std::string_view name() const;
  /// "a number from 0 to 10", for messages.
  [[nodiscard]] std::string allowed() const;
  /// The default as a Value. Throws std::logic_error for a key without one.
  [[nodiscard]] Value default_value() const;
};

}  // namespace ohmcarlo
