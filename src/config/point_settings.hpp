#pragma once
// The settings of one point of a sweep.

#include <cstddef>
#include <memory>
#include <vector>

#include "config/document.hpp"
#include "config/keys.hpp"

namespace ohmcarlo {

/// What a document says about every key, with one value of each axis: settings of one point, from which those of
/// another are made by choosing other values, at no more cost than a pointer an axis. Copies share what the document
/// says; the document must outlive them all.
class PointSettings {
 public:
  /// No value of any axis is chosen yet: a swept key has its default, or none.
  explicit PointSettings(const Document& document);

  /// Sets the swept key number `axis` (in the order of Document::swept) to its value number `value`.
  void choose(std::size_t axis, std::size_t value);

  /// What the point has for the key, its default included; nullptr if it has nothing.
  [[nodiscard]] const RecordedValue* find(KeyId key) const { return values_[key]; }
  /// True if the file or the command line says something about the key.
  [[nodiscard]] bool is_written(KeyId key) const { return shared_->written[key]; }
  /// True if the key is an axis of which a value is chosen.
  [[nodiscard]] bool is_chosen(KeyId key) const { return chosen_[key]; }
  [[nodiscard]] const Document& document() const { return *shared_->document; }

 private:
  struct Axis {
    KeyId key;
    std::vector<RecordedValue> values;
  };
  struct Shared {
    const Document* document;
    KeySet written;
    std::vector<RecordedValue> fixed;
    std::vector<Axis> axes;
  };

  std::shared_ptr<const Shared> shared_;
  std::vector<const RecordedValue*> values_;  ///< by KeyId
  KeySet chosen_;
};

}  // namespace ohmcarlo
