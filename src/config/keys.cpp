#include "config/keys.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "config/accelerator.hpp"
#include "config/converters.hpp"
#include "config/data.hpp"
#include "config/deployment.hpp"
#include "config/experiment.hpp"
#include "config/faults.hpp"
#include "config/hardware.hpp"
#include "config/network.hpp"
#include "config/read_noise.hpp"
#include "config/storage.hpp"
#include "config/training.hpp"
#include "config/trials.hpp"
#include "config/variation.hpp"
#include "config/wires.hpp"

namespace ohmcarlo {
namespace {

std::vector<Key> join_tables() {
  std::vector<Key> keys;
  for (const auto table :
       {experiment_keys, data_keys, network_keys, training_keys, hardware_keys, variation_keys, faults_keys,
        read_noise_keys, converter_keys, wire_keys, accelerator_keys, deployment_keys, trials_keys, storage_keys})
    for (Key& key : table()) keys.push_back(std::move(key));
  require(keys.size() <= kMostKeys, "as many keys as a KeySet holds");
  return keys;
}

/// Keys by the hash of their paths: open addressing, at most half full.
class HashIndex {
 public:
  HashIndex() {
    for (std::size_t id = 0; id < all_keys().size(); ++id) {
      const KeyName name(all_keys()[id].path);
      std::size_t slot = slot_of(name);
      require(!slots_[slot].used, "paths of keys whose hashes differ");
      slots_[slot] = {name.hash(), static_cast<KeyId>(id), true};
    }
  }

  /// The key's place, if there is a key of that name.
  [[nodiscard]] std::optional<KeyId> find(const KeyName& name) const {
    const Slot& slot = slots_[slot_of(name)];
    return slot.used ? std::optional(slot.id) : std::nullopt;
  }

 private:
  static constexpr std::size_t kSlots = 2 * kMostKeys;
  struct Slot {
    std::uint64_t hash = 0;
    KeyId id = 0;
    bool used = false;
  };

  /// Where a key of that name is, or would be.
  [[nodiscard]] std::size_t slot_of(const KeyName& name) const {
    std::size_t slot = name.hash() % kSlots;
    while (slots_[slot].used && slots_[slot].hash != name.hash()) slot = (slot + 1) % kSlots;
    return slot;
  }

  std::array<Slot, kSlots> slots_{};
};

const HashIndex& hash_index() {
  static const HashIndex index;
  return index;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

/// Whether `name` consists of the first letters of the words of `key`, as "lr" of "learning_rate".
bool is_abbreviation(std::string_view name, std::string_view key) {
  std::string initials;
  for (std::size_t i = 0; i < key.size(); ++i)
    if (i == 0 || key[i - 1] == '_') initials += key[i];
  return initials.size() > 1 && name == initials;
}

}  // namespace

const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = join_tables();
  return keys;
}

const Key* find_key(std::string_view path) {
  const std::optional<KeyId> id = hash_index().find(KeyName(path));
  return id && all_keys()[*id].path == path ? &all_keys()[*id] : nullptr;
}

std::string_view nearest_key(std::string_view path) {
  // A key that was put into the wrong table is nearer than one of the same table with another name. Of keys that are as
  // near, those of the same table come first.
  const std::string_view name = last_part(path), table = path.substr(0, path.size() - name.size());
  const auto distance = [&](const Key& key) {
    const std::size_t elsewhere = key.path.starts_with(table) ? 0 : 1;
    if (is_abbreviation(name, key.name())) return elsewhere;
    return 2 * std::min(edit_distance(path, key.path), edit_distance(name, key.name()) + 2) + elsewhere;
  };
  return std::min_element(all_keys().begin(), all_keys().end(),
                          [&](const Key& a, const Key& b) { return distance(a) < distance(b); })
      ->path;
}

KeyId id_of(const KeyName& name) {
  const std::optional<KeyId> id = hash_index().find(name);
  if (!id) throw std::logic_error("internal error: no key is called " + std::string(name.path()));
  return *id;
}

const std::vector<KeyId>& ids_by_path() {
  static const std::vector<KeyId> ids = [] {
    std::vector<KeyId> sorted(all_keys().size());
    std::iota(sorted.begin(), sorted.end(), KeyId{0});
    std::ranges::sort(sorted, {}, [](KeyId id) { return all_keys()[id].path; });
    return sorted;
  }();
  return ids;
}

const RecordedValue* find_default(KeyId key) {
  static const std::vector<std::optional<RecordedValue>> defaults = [] {
    std::vector<std::optional<RecordedValue>> found;
    for (const Key& each : all_keys())
      found.push_back(each.fallback.empty() ? std::nullopt
                                            : std::optional(record_value(each.path, each.default_value())));
    return found;
  }();
  return defaults[key] ? &*defaults[key] : nullptr;
}

}  // namespace ohmcarlo
