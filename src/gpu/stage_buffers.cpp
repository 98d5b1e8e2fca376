#include "gpu/stage_buffers.hpp"

#include <algorithm>

namespace ohmcarlo::gpu {
namespace {

/// Of each stage the number of the last one that takes its values; its own where none does.
std::vector<std::size_t> last_takers(const std::vector<Stage>& stages) {
  std::vector<std::size_t> last(stages.size());
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    last[stage] = stage;
    for (const std::size_t input : stages[stage].inputs)
      if (input != kNetworkInput) last[input] = stage;
  }
  return last;
}

}  // namespace

StageBuffers share_buffers(const std::vector<Stage>& stages) {
  const std::vector<std::size_t> last = last_takers(stages);
  StageBuffers all;
  std::vector<std::size_t> taken_until;  // by which stage a buffer's values are taken last
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    const auto values = static_cast<std::size_t>(stages[stage].out.features());
    std::size_t chosen = all.values.size();
    for (std::size_t buffer = 0; buffer < all.values.size(); ++buffer)
      if (taken_until[buffer] < stage && (chosen == all.values.size() || all.values[buffer] > all.values[chosen]))
        chosen = buffer;
    if (chosen == all.values.size()) {
      all.values.push_back(0);
      taken_until.push_back(0);
    }
    all.of_stage.push_back(chosen);
    all.values[chosen] = std::max(all.values[chosen], values);
    taken_until[chosen] = last[stage];
  }
  return all;
}

}  // namespace ohmcarlo::gpu
