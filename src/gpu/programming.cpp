#include "gpu/programming.hpp"

#include "base/error.hpp"

namespace ohmcarlo::gpu {

void ChipDraws::set(std::span<const Lineage> chips) {
  require(!chips.empty() && std::ssize(chips) <= kChipsAtOnce, "as many chips as are written at once");
  keys_ = {};
  keys_.chips = static_cast<std::int32_t>(chips.size());
  std::vector<KeyedMove> moves;
  for (std::size_t c = 0; c < chips.size(); ++c) {
    keys_.key[c] = philox_key(chips[c].key);
    for (const Move& move : chips[c].moves) moves.push_back({philox_key(move.key), move.keep, move.fresh});
    keys_.first_move[c + 1] = static_cast<std::int32_t>(moves.size());
  }
  if (moves.size() > moves_.size())
    moves_ = DeviceArray<KeyedMove>(device_, moves);
  else if (!moves.empty())
    moves_.upload(moves);
  keys_.moves = moves_.data();
}

ProgramWeights ChipDraws::task(const WeightLaw& law, std::span<const Address> addresses,
                               const DeviceArray<float>& clean, float* weights) const {
  require(std::ssize(addresses) == keys_.chips, "an address a chip");
  ProgramWeights task = keys_;
  task.law = law;
  for (std::size_t c = 0; c < addresses.size(); ++c) {
    Address address = addresses[c];
    address.slice = 0;
    task.address[c] = pack(address);
    address.slice = 1;
    const PackedAddress next = pack(address);
    for (std::size_t word = 0; word < next.size(); ++word) task.slice_step[word] = next[word] - task.address[c][word];
  }
  task.clean = clean.data();
  task.weights = weights;
  task.cells = clean.size();
  return task;
}

}  // namespace ohmcarlo::gpu
