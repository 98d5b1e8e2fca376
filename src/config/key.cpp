#include "config/key.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

/// The numbers in "1e-3" or "[1, 2]".
template <class T>
std::vector<T> parse_numbers(std::string_view text) {
  std::vector<T> numbers;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    T number{};
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) numbers.push_back(number);
    at = error == std::errc() ? next : at + 1;
  }
  return numbers;
}

/// "a whole number", "a list of 3 numbers" ...: the kind of value, without range and words.
std::string kind_of_value(const Key& key) {
  switch (key.type) {
    case KeyType::boolean:
      return "true or false";
    case KeyType::integer:
      return "a whole number";
    case KeyType::real:
      return "a number";
    case KeyType::text:
      return key.words.empty() ? "a text in quotes" : "";
    case KeyType::integer_list:
      return "a list of whole numbers";
    case KeyType::real_list:
      return fmt::format("a list of {} numbers", key.length);
    case KeyType::text_list:
      return "a list of texts in quotes";
    case KeyType::settings:
      return "a table of keys and their values";
    case KeyType::mean_and_sd:
      return "a table { mean = [...], sd = [...] } with a number for each channel, sd above 0,";
  }
  throw std::logic_error("internal error: unknown type of key");
}

}  // namespace

bool Key::is_limited() const {
  return std::isfinite(low) || std::isfinite(high);
}

bool Key::takes(double number) const {
  return std::isfinite(number) && number >= low && number <= high;
}

bool Key::is_list() const {
  return type == KeyType::integer_list || type == KeyType::real_list || type == KeyType::text_list;
}

bool Key::is_table() const {
  return type == KeyType::settings || type == KeyType::mean_and_sd;
}

std::string_view Key::table() const {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view Key::name() const {
  return path.substr(path.rfind('.') + 1);
}

std::string Key::allowed() const {
  std::string text = kind_of_value(*this);
  if (type != KeyType::real_list && is_limited())
    text += low == kAboveZero ? fmt::format(" above 0 and at most {}", high) : fmt::format(" from {} to {}", low, high);
  if (!words.empty()) text += fmt::format("{}\"{}\"", text.empty() ? "" : " or ", fmt::join(words, "\", \""));
  return text;
}

Value Key::default_value() const {
  require(!fallback.empty(), "a key with a default");
  if (fallback.front() == '"') return std::string(fallback.substr(1, fallback.size() - 2));
  switch (type) {
    case KeyType::boolean:
      return fallback == "true";
    case KeyType::integer:
      return parse_numbers<std::int64_t>(fallback).front();
    case KeyType::real:
      return parse_numbers<double>(fallback).front();
    case KeyType::integer_list:
      return parse_numbers<std::int64_t>(fallback);
    case KeyType::real_list:
      return parse_numbers<double>(fallback);
    case KeyType::text_list:
      return std::vector<std::string>{};
    case KeyType::text:
    case KeyType::settings:
    case KeyType::mean_and_sd:
      break;
  }
  throw std::logic_error("internal error: a default of a kind that has none");
}

}  // namespace ohmcarlo
