#pragma once
// The [network] table of one point.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/data.hpp"
#include "config/file_content.hpp"
#include "config/settings.hpp"
#include "exchange/onnx.hpp"
#include "exchange/weights.hpp"
#include "network/spec.hpp"

namespace ohmcarlo {

struct NetworkOptions {
  std::vector<Index> hidden;  ///< of an mlp
  LayerKind activation = LayerKind::relu;
  std::vector<std::string> layers;  ///< of any other network (network/architecture.hpp)
  double width = 1;
  std::shared_ptr<const ImportedNetwork> imported;  ///< instead of all these
  std::shared_ptr<const WeightsFile> weights;       ///< of the network before training
  std::set<FileContent> files;                      ///< what its files hold, for the experiment's identity

  /// True if a file says what the weights are before training.
  [[nodiscard]] bool has_weights() const { return imported != nullptr || weights != nullptr; }
  /// They, for the network `spec` that build() gives. Throws Error (exit 3) if they are not those of `spec`.
  [[nodiscard]] std::optional<NetworkState<float>> given_weights(const NetworkSpec& spec) const;

  /// Throws Error (exit 2) that names a layer that does not fit such data, or (exit 3) a file.
  [[nodiscard]] NetworkSpec build(const DataOptions& data) const;
};

/// What the files that points name hold, each read once.
struct NetworkFiles {
  std::map<std::string, std::shared_ptr<const ImportedNetwork>> networks;
  std::map<std::string, std::shared_ptr<const WeightsFile>> weights;
};

/// Reads it and, once each, the files it names. Throws Error (exit 2 or 3).
[[nodiscard]] NetworkOptions read_network(Reader& reader, NetworkFiles& files);

/// True if the network takes sequences.
[[nodiscard]] bool is_recurrent(const NetworkOptions& network);

}  // namespace ohmcarlo
