#pragma once
// Words of the experiment file and what they mean.

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>

namespace ohmcarlo {

/// The choice named `word`; the register of keys lets no other word pass.
template <class E>
E pick(const std::string& word, std::initializer_list<std::pair<const char*, E>> choices) {
  for (const auto& [name, value] : choices)
    if (word == name) return value;
  throw std::logic_error("internal error: a registered word has no meaning: " + word);
}

}  // namespace ohmcarlo
