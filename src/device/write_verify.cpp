#include "device/write_verify.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "device/faults.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

/// out[k] = normal first + cells[k] of the stream, `cells` ascending: whole blocks of 64, and only where one is needed.
/// Neighbours that are needed are drawn together.
void gather_normals(const Stream& stream, std::size_t first, std::span<const std::size_t> cells, std::span<float> out) {
  constexpr std::size_t kBlocks = 16;
  std::array<float, kBlocks * kBlockElements> normals;
  const auto block_of = [&](std::size_t k) { return (first + cells[k]) / kBlockElements; };
  for (std::size_t k = 0; k < cells.size();) {
    const std::size_t begin = block_of(k);
    std::size_t last = begin;
    std::size_t end = k;
    while (end < cells.size() && block_of(end) <= last + 1 && block_of(end) < begin + kBlocks) last = block_of(end++);
    stream.normals(begin * kBlockElements, std::span(normals).first((last + 1 - begin) * kBlockElements));
    for (; k < end; ++k) out[k] = normals[first + cells[k] - begin * kBlockElements];
  }
}

}  // namespace

PulseTally verify(const WriteVerify& options, const CellLaw& law, int top, std::uint64_t key, Address address,
                  std::size_t first, std::span<const float> targets, std::span<const std::uint8_t> stuck,
                  std::span<float> realised) {
  const auto near = static_cast<float>(options.tolerance * top);
  const auto budget = static_cast<std::uint64_t>(options.max_pulses);
  PulseTally tally{.pulses = targets.size()};
  std::vector<std::size_t> pending;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (std::abs(realised[i] - targets[i]) <= near) continue;
    if (!stuck.empty() && is_stuck(stuck[i])) {
      tally.pulses += budget - 1;
      ++tally.missed;
    } else {
      pending.push_back(i);
    }
  }
  address.purpose = Purpose::programming;
  std::vector<float> normals(pending.size());
  std::vector<float> goals(pending.size());
  for (std::uint64_t pulse = 1; pulse < budget && !pending.empty(); ++pulse) {
    tally.pulses += pending.size();
    const std::span<float> drawn = std::span(normals).first(pending.size());
    const std::span<float> goal = std::span(goals).first(pending.size());
    address.event = pulse;
    gather_normals(Stream(key, address), first, pending, drawn);
    for (std::size_t k = 0; k < pending.size(); ++k) goal[k] = targets[pending[k]];
    law.apply(goal, drawn, drawn);
    std::size_t left = 0;
    for (std::size_t k = 0; k < pending.size(); ++k) {
      realised[pending[k]] = drawn[k];
      if (std::abs(drawn[k] - goal[k]) > near) pending[left++] = pending[k];
    }
    pending.resize(left);
  }
  tally.missed += pending.size();
  return tally;
}

}  // namespace ohmcarlo
