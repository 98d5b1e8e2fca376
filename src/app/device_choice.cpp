#include "app/device_choice.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/ranges.h>

#include "app/collective.hpp"
#include "app/run_options.hpp"
#include "gpu/devices.hpp"
#include "gpu/host_twin.hpp"
#include "gpu/network_stages.hpp"
#include "gpu/self_check.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kCuda = "cuda";
constexpr const char* kTwin = "twin";
constexpr const char* kAutomatic = "auto";

/// The device of the results file that is to be resumed; empty if there is none.
std::string device_of_file(const RunOptions& options) {
  if (options.if_exists != IfExists::resume) return "";
  const FileKind kind = kind_of_file(options.out);
  if (kind != FileKind::ours && !(kind == FileKind::damaged && options.accept_changes)) return "";
  return device_of(parse_identity(load_results(options.out, {.accept_changes = options.accept_changes}).identity));
}

/// Collective.
std::string automatic_type(const Communicator& job, const RunOptions& options, const Experiment& experiment) {
  std::string known;
  run_together(job, [&] {
    if (job.rank() == 0) known = device_of_file(options);
  });
  known = job.broadcast(known);
  if (!known.empty()) return known;
  if (!device_problem(experiment).empty()) return kProcessor;
  std::optional<Failure> missing;
  if (gpu::cuda_devices() == 0) missing = Failure{0, "no device"};
  return job.first_failure(missing) ? kProcessor : kCuda;
}

std::shared_ptr<gpu::Device> open_device(const std::string& type, const DeviceWish& wish, int place) {
  if (type == kTwin) return std::make_shared<gpu::HostTwin>();
  if (const std::string problem = gpu::cuda_problem(); !problem.empty())
    fail_usage("--device {}: {} (allowed: --device cpu)", type, problem);
  return gpu::open_cuda(wish.number.value_or(place % gpu::cuda_devices()));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

DeviceWish parse_device_wish(const std::string& text) {
  for (const char* type : {kProcessor, kCuda, kTwin, kAutomatic})
    if (text == type) return {type, {}};
  constexpr std::string_view kNumbered = "cuda:";
  const std::string number = text.starts_with(kNumbered) ? text.substr(kNumbered.size()) : "";
  if (number.empty() || number.size() > 3 || number.find_first_not_of("0123456789") != std::string::npos)
    fail_usage("--device {}: not a device (allowed: cpu, cuda, cuda:N, auto)", text);
  return {kCuda, std::stoi(number)};
}

std::string device_problem(const Experiment& experiment) {
  for (const std::size_t point : experiment.kinds()) {
    const PointParts::Pair parts = experiment.parts(point);
    if (parts.chip->hardware.arrays) continue;  // whose networks the processor carries out
    if (std::string problem = gpu::network_problem(parts.model->spec); !problem.empty()) return problem;
  }
  return {};
}

int place_on_host(const std::vector<std::string>& hosts, int rank) {
  const auto mine = hosts.begin() + rank;
  return static_cast<int>(std::count(hosts.begin(), mine, *mine));
}

std::string JobDevice::text() const {
  return chips ? fmt::format("{} ({})", type, chips->device().name()) : type;
}

JobDevice choose_device(const Communicator& job, const RunOptions& options, const std::vector<std::string>& hosts,
                        const Experiment& experiment) {
  const DeviceWish& wish = options.device;
  JobDevice chosen{.type = wish.type, .chips = nullptr};
  if (wish.type == kAutomatic) chosen.type = automatic_type(job, options, experiment);
  if (chosen.type == kProcessor) return chosen;
  const int place = place_on_host(lines_of(job.broadcast(fmt::format("{}", fmt::join(hosts, "\n")))), job.rank());
  run_together(job, [&] {
    if (const std::string problem = device_problem(experiment); !problem.empty())
      fail_usage("--device {}: {}", chosen.type, problem);
    const std::shared_ptr<gpu::Device> device = open_device(chosen.type, wish, place);
    try {
      gpu::check_device(device);
    } catch (const std::runtime_error& error) {
      fail_usage("--device {}: {}", chosen.type, error.what());
    }
    chosen.chips = std::make_shared<gpu::ChipMaker>(device);
  });
  return chosen;
}

}  // namespace ohmcarlo
