#pragma once
// The parts of points, each read once for all points that share the swept values it depends on.

#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/data.hpp"
#include "config/deployment.hpp"
#include "config/hardware.hpp"
#include "config/network.hpp"
#include "config/settings.hpp"
#include "config/training.hpp"
#include "experiment/digest.hpp"
#include "experiment/identity.hpp"
#include "network/spec.hpp"
#include "records/table.hpp"

namespace ohmcarlo {

/// A set of keys, each by its number among all_keys().
using KeySet = std::bitset<256>;

/// What a part of a point was read from.
struct PartSource {
  std::vector<std::pair<const Key*, std::string>> settings;  ///< resolved, as TOML, in alphabetical order
  KeySet keys;
  Digest digest;  ///< of the settings' text
  Digest kind;    ///< of the keys, and of the values of data, network, words, truth values and lists

  [[nodiscard]] Identity identity() const;
};

/// How the chips of a point are made, treated and read.
struct ChipPart {
  Hardware hardware;
  DeploymentOptions deployment;
  Settings range_from;
  PartSource source;
};

/// How the networks of a point are made and trained.
struct ModelPart {
  DataOptions data;
  NetworkOptions network;
  TrainingOptions training;
  NetworkSpec spec;
  PartSource source;
};

/// Parts that were read, by the swept values that matter to them: points that agree in these share the part.
template <class Part>
class PartCache {
 public:
  explicit PartCache(const Shape& shape);
  /// The part of a point, if one was kept that fits.
  [[nodiscard]] std::shared_ptr<const Part> find(std::size_t point) const;
  /// Keeps a part that depends on the axes that are marked. Forgets all others once there are many.
  void keep(std::size_t point, const std::vector<bool>& axes, std::shared_ptr<const Part> part);

 private:
  [[nodiscard]] std::uint64_t place(std::size_t point, std::size_t pattern) const;

  Shape shape_;
  std::vector<std::size_t> strides_;
  std::vector<std::vector<bool>> patterns_;  ///< combinations of axes that parts depended on
  std::unordered_map<std::uint64_t, std::shared_ptr<const Part>> parts_;
};

/// Reads and checks the points of a document. Not for several threads at once.
class PointParts {
 public:
  /// `shape`: of the document's sweep.
  PointParts(Document document, const Shape& shape);

  struct Pair {
    std::shared_ptr<const ChipPart> chip;
    std::shared_ptr<const ModelPart> model;
  };
  /// Throws BadUsage or BadData if the settings of the point do not go together.
  [[nodiscard]] Pair read(std::size_t point);

  [[nodiscard]] const Document& document() const { return document_; }

 private:
  using Values = std::map<std::string, Value>;
  [[nodiscard]] Values values_of(std::size_t point) const;
  [[nodiscard]] std::shared_ptr<const ChipPart> read_chip(std::size_t point, const Values& values);
  [[nodiscard]] std::shared_ptr<const ModelPart> read_model(std::size_t point, const Values& values,
                                                            const Hardware& tested);
  void check_pair(const Reader& reader, const ChipPart& chip, const ModelPart& model) const;
  [[nodiscard]] std::vector<bool> axes_among(const KeySet& keys) const;

  Document document_;
  Shape shape_;
  std::vector<std::size_t> axis_keys_;  ///< numbers of the swept keys
  NetworkFiles files_;
  PartCache<ChipPart> chips_;
  PartCache<ModelPart> models_;
};

}  // namespace ohmcarlo
