#pragma once
// The [network] table of one point.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/data.hpp"
#include "config/files.hpp"
#include "config/reader.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

struct NetworkOptions {
  std::vector<Index> hidden;        ///< of an mlp
  std::string activation = "relu";  ///< of an mlp, the word of a layer
  std::vector<std::string> layers;  ///< of any other network (network/architecture.hpp)
  double width = 1;
  std::shared_ptr<const ImportedNetwork> imported;  ///< instead of all these
  std::shared_ptr<const WeightsFile> weights;       ///< of the network before training
  std::set<FileContent> files;                      ///< that the keys of the table name

  /// True if a file says what the weights are before training.
  [[nodiscard]] bool has_weights() const { return imported != nullptr || weights != nullptr; }
  /// The weights before training of the network `spec`, which build() gave; none if no file says. Throws BadData
  /// for a file whose weights are not those of `spec`.
  [[nodiscard]] std::optional<NetworkState<float>> given_weights(const NetworkSpec& spec) const;
  /// What the person who gave the files of network and weights should know, a line each.
  [[nodiscard]] std::vector<std::string> notes(const NetworkSpec& spec) const;

  /// Throws BadUsage that names a layer that does not fit such data, or BadData that names a file.
  [[nodiscard]] NetworkSpec build(const DataOptions& data) const;
};

/// The keys of [network].
[[nodiscard]] std::vector<Key> network_keys();

/// Reads [network] of one point and the files that it names, unless `files` has them. Throws BadUsage or BadData.
[[nodiscard]] NetworkOptions read_network(Reader& reader, FileCache& files);

/// True if the network takes sequences.
[[nodiscard]] bool is_recurrent(const NetworkOptions& network);

}  // namespace ohmcarlo
