#pragma once
// Settings of the command line that replace those of an experiment file.

#include <string>

#include "config/document.hpp"

namespace ohmcarlo {

/// Puts one override into `document`: a value fixes its key, a list of values (or a range) sweeps it; a swept key keeps
/// its place among the axes. Throws BadUsage for an unknown key or a value that the key does not take.
void apply_override(const Override& change, Document& document);

}  // namespace ohmcarlo
