#include "app/provenance.hpp"

#include <cstdlib>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/ranges.h>

namespace ohmcarlo {

std::string now_text() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

Provenance describe_run(const std::vector<std::string>& hosts, const Arguments& arguments, const std::string& device) {
  Provenance run{{"started", now_text()},
                 {"command", fmt::format("ohmcarlo run {}", fmt::join(arguments, " "))},
                 {"ranks", fmt::format("{}", hosts.size())},
                 {"hosts", fmt::format("{}", fmt::join(hosts, " "))},
                 {"device", device},
                 {"program", version_text()}};
  if (const char* slurm = std::getenv("SLURM_JOB_ID")) run.emplace_back("slurm_job", slurm);
  return run;
}

}  // namespace ohmcarlo
