#include "app/device_choice.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/ranges.h>

#include "app/collective.hpp"
#include "gpu/devices.hpp"
#include "gpu/host_twin.hpp"
#include "gpu/network_stages.hpp"
#include "gpu/self_check.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kCuda = "cuda";
constexpr const char* kTwin = "twin";
constexpr const char* kAutomatic = "auto";
constexpr const char* kMixed = "+cpu";  ///< ends the kind of device of mixed jobs

/// Collective. What "auto" stands for.
DeviceWish resolve(const Communicator& job, DeviceWish wish, const std::string& problem,
                   const std::function<std::string()>& kind_of_file) {
  std::string known;
  run_together(job, [&] {
    if (job.rank() == 0) known = kind_of_file();
  });
  known = job.broadcast(known);
  if (known == kProcessor && wish.mixed)
    fail_usage("--mixed: the chips of the file were evaluated by the processor (allowed: --device auto without it)");
  if (known.ends_with(kMixed)) {
    known.erase(known.size() - std::string_view(kMixed).size());
    wish.mixed = true;
  }
  wish.type = known;
  if (!known.empty()) return wish;
  std::optional<Failure> missing;
  if (gpu::cuda_devices() == 0) missing = Failure{0, "no device"};
  const bool everywhere = !job.first_failure(missing);
  wish.type = wish.mixed || (everywhere && problem.empty()) ? kCuda : kProcessor;
  return wish;
}

/// Whether the rank at this place of its machine has a device, be it one that does not start.
bool has_device(const DeviceWish& wish, int place) {
  if (wish.type != kTwin) return !gpu::cuda_is_absent();
  return wish.places.empty() || std::ranges::find(wish.places, place) != wish.places.end();
}

/// Throws BadUsage for one that does not start or that computes other chips than the processor does.
std::shared_ptr<gpu::ChipMaker> open_device(const DeviceWish& wish, int place) {
  std::shared_ptr<gpu::Device> device;
  if (wish.type == kTwin)
    device = std::make_shared<gpu::HostTwin>();
  else
    device = gpu::open_cuda(wish.number.value_or(place % std::max(gpu::cuda_devices(), 1)));
  try {
    gpu::check_device(device);
  } catch (const std::runtime_error& error) {
    fail_usage("--device {}: {}", wish.type, error.what());
  }
  return std::make_shared<gpu::ChipMaker>(device);
}

/// "0,2" as numbers, of three digits at most; nothing for any other text.
std::vector<int> numbers_of(const std::string& text) {
  std::vector<int> numbers;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string number = text.substr(begin, end - begin);
    if (number.empty() || number.size() > 3 || number.find_first_not_of("0123456789") != std::string::npos) return {};
    numbers.push_back(std::stoi(number));
    begin = end + 1;
  }
  return numbers;
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
    if (text == type) return {.type = type};
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string type = text.substr(0, colon);
  const std::vector<int> numbers = colon < text.size() ? numbers_of(text.substr(colon + 1)) : std::vector<int>();
  if (type == kCuda && numbers.size() == 1) return {.type = type, .number = numbers.front()};
  if (type == kTwin && !numbers.empty()) return {.type = type, .places = numbers};
  fail_usage("--device {}: not a device (allowed: cpu, cuda, cuda:N, auto)", text);
}

std::string device_problem(const Experiment& experiment, std::span<const std::size_t> points) {
  for (const std::size_t point : points) {
    const PointParts::Pair parts = experiment.parts(point);
    if (parts.chip->hardware.arrays) continue;  // whose networks the processor carries out
    if (std::string problem = gpu::network_problem(parts.model->spec); !problem.empty()) return problem;
  }
  return {};
}

std::string device_problem(const Experiment& experiment) {
  return device_problem(experiment, experiment.kinds());
}

int place_on_host(const std::vector<std::string>& hosts, int rank) {
  const auto mine = hosts.begin() + rank;
  return static_cast<int>(std::count(hosts.begin(), mine, *mine));
}

std::string JobDevice::kind() const {
  return mixed ? type + kMixed : type;
}

std::vector<bool> JobDevice::evaluators() const {
  std::vector<bool> all;
  if (!mixed)
    for (const std::string& name : names) all.push_back(!name.empty());
  return all;
}

std::string JobDevice::text() const {
  const auto first = std::ranges::find_if_not(names, &std::string::empty);
  if (first == names.end()) return kind();
  std::string text = fmt::format("{} ({})", kind(), *first);
  const auto count = std::ranges::count_if(names, [](const std::string& name) { return !name.empty(); });
  if (count < std::ssize(names)) text += fmt::format(" on {} of {} ranks", count, names.size());
  return text;
}

JobDevice choose_device(const Communicator& job, const DeviceWish& asked, const std::vector<std::string>& hosts,
                        const std::string& problem, const std::function<std::string()>& kind_of_file) {
  const DeviceWish wish = asked.type == kAutomatic ? resolve(job, asked, problem, kind_of_file) : asked;
  JobDevice chosen{.type = wish.type, .mixed = wish.mixed};
  if (chosen.type == kProcessor) return chosen;
  const int place = place_on_host(lines_of(job.broadcast(fmt::format("{}", fmt::join(hosts, "\n")))), job.rank());
  run_together(job, [&] {
    if (!problem.empty()) fail_usage("--device {}: {}", chosen.type, problem);
    if (has_device(wish, place)) chosen.chips = open_device(wish, place);
  });
  chosen.names = job.gather(chosen.chips ? chosen.chips->device().name() : "");
  run_together(job, [&] {
    if (job.rank() != 0 || !std::ranges::all_of(chosen.names, &std::string::empty)) return;
    fail_usage("--device {}: {} (allowed: --device cpu)", chosen.type,
               chosen.type == kTwin ? "no rank has one" : gpu::cuda_problem());
  });
  return chosen;
}

}  // namespace ohmcarlo
