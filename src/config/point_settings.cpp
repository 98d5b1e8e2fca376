#include "config/point_settings.hpp"

namespace ohmcarlo {

PointSettings::PointSettings(const Document& document) {
  auto shared = std::make_shared<Shared>();
  shared->document = &document;
  for (std::size_t key = 0; key < all_keys().size(); ++key) values_.push_back(find_default(static_cast<KeyId>(key)));
  shared->fixed.reserve(document.fixed.size());  // values_ points into it
  for (const auto& [path, value] : document.fixed) {
    const KeyId key = id_of(KeyName(path));
    shared->fixed.push_back(record_value(path, value));
    shared->written.set(key);
    values_[key] = &shared->fixed.back();
  }
  for (const SweptKey& swept : document.swept) {
    Axis& axis = shared->axes.emplace_back(Axis{id_of(KeyName(swept.path)), {}});
    shared->written.set(axis.key);
    for (const Value& value : swept.values) axis.values.push_back(record_value(swept.path, value));
  }
  shared_ = std::move(shared);
}

void PointSettings::choose(std::size_t axis, std::size_t value) {
  const Axis& chosen = shared_->axes.at(axis);
  values_[chosen.key] = &chosen.values.at(value);
  chosen_.set(chosen.key);
}

}  // namespace ohmcarlo
