#include "data/hold_out.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace ohmcarlo {
namespace {

std::uint64_t place(const std::string& text, std::uint64_t key) {
  const std::string hex = sha256(text);
  std::uint64_t word = 0;
  std::from_chars(hex.data(), hex.data() + 16, word, 16);
  return mix64(key ^ word);
}

/// Groups of examples, in the order in which they are held out.
std::vector<std::vector<std::uint32_t>> in_order(const std::map<std::string, std::vector<std::uint32_t>>& groups,
                                                 std::uint64_t key) {
  std::vector<std::pair<std::uint64_t, const std::vector<std::uint32_t>*>> order;
  for (const auto& [text, members] : groups) order.emplace_back(place(text, key), &members);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::vector<std::uint32_t>> sorted;
  for (const auto& entry : order) sorted.push_back(*entry.second);
  return sorted;
}

/// How many groups from the front bring the number of examples nearest to `wanted`: at least one, not all.
std::size_t nearest(const std::vector<std::vector<std::uint32_t>>& groups, std::size_t wanted) {
  std::size_t count = 1, examples = groups[0].size();
  while (count + 1 < groups.size() && examples < wanted) {
    const std::size_t more = examples + groups[count].size();
    if (more > wanted && more - wanted >= wanted - examples) break;
    examples = more;
    ++count;
  }
  return count;
}

}  // namespace

HoldOut hold_out(std::span<const Origin> origins, std::size_t wanted, std::uint64_t key) {
  if (wanted >= origins.size()) {
    fail_usage("data.validation = {}: there are {} examples and at least one must be left to train on", wanted,
               origins.size());
  }
  std::map<std::string, std::vector<std::uint32_t>> speakers, names;
  for (std::uint32_t index = 0; index < origins.size(); ++index) {
    speakers[origins[index].speaker].push_back(index);
    names[origins[index].name].push_back(index);
  }
  const bool by_speaker = speakers.size() > 1 && !speakers.contains("");
  const auto groups = in_order(by_speaker ? speakers : names, key);
  const std::size_t count = wanted == 0 ? 0 : by_speaker ? nearest(groups, wanted) : wanted;

  HoldOut result;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    std::vector<std::uint32_t>& part = group < count ? result.held_out : result.kept;
    part.insert(part.end(), groups[group].begin(), groups[group].end());
  }
  std::sort(result.kept.begin(), result.kept.end());
  std::sort(result.held_out.begin(), result.held_out.end());
  result.split_by = by_speaker ? fmt::format("speaker ({} of {} held out)", count, groups.size())
                               : fmt::format("hash of the name ({} of {} held out; a speaker may be on both sides)",
                                             result.held_out.size(), origins.size());
  return result;
}

std::vector<Origin> origins_of(const Recordings& recordings, std::span<const std::uint32_t> which) {
  std::vector<Origin> origins;
  for (const std::uint32_t index : which) origins.push_back(recordings.items.at(index).origin);
  return origins;
}

}  // namespace ohmcarlo
