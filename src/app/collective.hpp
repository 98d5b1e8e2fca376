#pragma once
// What all ranks do together before they work.

#include <exception>
#include <map>
#include <optional>
#include <string>

#include "schedule/communicator.hpp"

namespace ohmcarlo {

/// Collective. Runs `part` on every rank; throws one error on all of them if any rank's part failed.
template <class Part>
void run_together(const Communicator& job, Part&& part) {
  std::optional<Failure> mine;
  try {
    part();
  } catch (const std::exception& error) {
    mine = failure_of(error);
  }
  if (const auto failure = job.first_failure(mine)) failure->raise();
}

/// Collective. Rank 0's hashes of data sets, on every rank.
[[nodiscard]] std::map<std::string, std::string> broadcast_hashes(const Communicator& job,
                                                                  const std::map<std::string, std::string>& hashes);

}  // namespace ohmcarlo
