#pragma once
// What an experiment would have to say for one of its keys to matter.

#include <string>
#include <string_view>

#include "config/document.hpp"

namespace ohmcarlo {

/// A setting with which the first point of the document would read the key at `path`, as
/// `hardware.simulate = "arrays"`, or with several words: `training.method = "kurtosis" or "kure"`. Found by trying: a
/// word or truth value for a key, if need be with a number for one that has no default. Empty if none does.
[[nodiscard]] std::string setting_that_reads(const Document& document, std::string_view path);

}  // namespace ohmcarlo
