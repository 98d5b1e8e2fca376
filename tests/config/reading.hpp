#pragma once
// The settings of a text as a reader sees them.

#include <string>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "config/reader.hpp"

namespace ohmcarlo {

/// A file "a.toml" with this text, no value of an axis chosen, and its reader.
struct Reading {
  explicit Reading(const std::string& text)
      : document(parse_document(text, "a.toml", {})), settings(document), reader(settings) {}
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  Document document;
  PointSettings settings;
  Reader reader;
};

/// The message of the BadUsage that `work` throws.
template <class Work>
std::string bad_usage_of(Work&& work) {
  try {
    work();
  } catch (const BadUsage& error) {
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace ohmcarlo
