#include "schedule/failure.hpp"

namespace ohmcarlo {
namespace {

template <class... Types>
struct TypeList {};

/// Numbered from 1. A new type goes to the end.
using ErrorTypes = TypeList<BadUsage, BadData, UnusableResults, Resumable>;

template <class... Types>
std::uint8_t number_of_type(const std::exception& error, TypeList<Types...>) {
  std::uint8_t number = 0, found = 0;
  ((++number, found = dynamic_cast<const Types*>(&error) != nullptr ? number : found), ...);
  return found;
}

template <class... Types>
void throw_number(std::uint8_t wanted, const std::string& message, TypeList<Types...>) {
  std::uint8_t number = 0;
  ((++number == wanted ? throw Types(message) : void()), ...);
}

}  // namespace

void Failure::raise() const {
  throw_number(type, message, ErrorTypes{});
  throw TaskFailure(message);
}

Failure failure_of(const std::exception& error) {
  return {number_of_type(error, ErrorTypes{}), error.what()};
}

}  // namespace ohmcarlo
