#pragma once
// What the results file says of the start and the end of a run.

#include <string>
#include <vector>

#include "app/command.hpp"
#include "records/results.hpp"

namespace ohmcarlo {

/// The present time, "2024-05-06T07:08:09Z".
[[nodiscard]] std::string now_text();

/// When, where and by which program a run with these arguments starts. `hosts`: of every rank; `device`: what evaluates
/// chips on rank 0.
[[nodiscard]] Provenance describe_run(const std::vector<std::string>& hosts, const Arguments& arguments,
                                      const std::string& device = "cpu");

}  // namespace ohmcarlo
