#include "app/exit_code.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

ExitCode exit_code_of(const std::exception& error) {
  if (dynamic_cast<const BadUsage*>(&error) != nullptr) return ExitCode::bad_usage;
  if (dynamic_cast<const BadData*>(&error) != nullptr) return ExitCode::bad_data;
  if (dynamic_cast<const UnusableResults*>(&error) != nullptr) return ExitCode::bad_results;
  if (dynamic_cast<const Resumable*>(&error) != nullptr) return ExitCode::resumable;
  return ExitCode::failed;
}

}  // namespace ohmcarlo
