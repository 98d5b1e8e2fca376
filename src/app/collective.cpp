#include "app/collective.hpp"

#include "base/bytes.hpp"

namespace ohmcarlo {

std::map<std::string, std::string> broadcast_hashes(const Communicator& job,
                                                    const std::map<std::string, std::string>& hashes) {
  std::vector<std::string> flat;  // names and hashes by turns
  for (const auto& [set, hash] : hashes) flat.insert(flat.end(), {set, hash});
  flat = unpack_bytes<std::vector<std::string>>(job.broadcast(pack_bytes(flat)));
  std::map<std::string, std::string> received;
  for (std::size_t i = 0; i < flat.size(); i += 2) received[flat[i]] = flat[i + 1];
  return received;
}

}  // namespace ohmcarlo
