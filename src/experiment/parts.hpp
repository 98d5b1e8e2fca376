#pragma once
// The parts of points, each read once for all points that share the swept values it depends on.

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "config/data.hpp"
#include "config/deployment.hpp"
#include "config/document.hpp"
#include "config/hardware.hpp"
#include "config/network.hpp"
#include "config/point_settings.hpp"
#include "config/reader.hpp"
#include "config/training.hpp"
#include "experiment/digest.hpp"
#include "experiment/identity.hpp"
#include "network/graph.hpp"
#include "records/table.hpp"

namespace ohmcarlo {

/// What a part of a point was read from.
class PartSource {
 public:
  /// Takes over a reader that has read the part. What it read must outlive this.
  explicit PartSource(Reader reader);

  /// All that was read, in alphabetical order of the keys.
  [[nodiscard]] Identity identity() const;
  [[nodiscard]] const KeySet& keys() const { return reader_.keys_read(); }
  /// What the key was read as; nullptr if it was not read.
  [[nodiscard]] const RecordedValue* find(KeyId key) const { return reader_.find_read(key); }
  /// Of the keys and their values.
  [[nodiscard]] const Digest& digest() const { return digest_; }
  /// Of the keys, and of the values of data, network, words, truth values and lists.
  [[nodiscard]] const Digest& kind() const { return kind_; }

 private:
  Reader reader_;
  Digest digest_, kind_;
};

/// How the chips of a point are made, treated and read.
struct ChipPart {
  Hardware hardware;
  DeploymentOptions deployment;
  Settings range_from;  ///< hardware.adc.range_from
  PartSource source;
};

/// How the networks of a point are made and trained.
struct ModelPart {
  DataOptions data;
  NetworkOptions network;
  TrainingOptions training;
  NetworkSpec spec;
  PartSource source;
  KeySet places;  ///< keys that say where files lie, no part of the source
};

/// What the identities of networks and experiments say where weights in groups are on arrays, in training or on chips:
/// groups have had arrays of their own only since results of others exist.
inline constexpr const char* kGroupsEntry = "groups_on_arrays";
inline constexpr const char* kGroupsValue = "apart";

/// Whether the network has weights in groups, and is trained on arrays.
[[nodiscard]] bool trains_groups_on_arrays(const ModelPart& model);

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
  PointParts(const PointParts&) = delete;  // parts point into the document
  PointParts& operator=(const PointParts&) = delete;

  struct Pair {
    std::shared_ptr<const ChipPart> chip;
    std::shared_ptr<const ModelPart> model;
    /// Whether weights in groups are on arrays, in training or on chips.
    [[nodiscard]] bool has_groups_on_arrays() const {
      return (chip->hardware.arrays && model->spec.has_groups()) || trains_groups_on_arrays(*model);
    }
  };
  /// Throws BadUsage or BadData if the settings of the point do not go together. What it returns must not outlive this.
  [[nodiscard]] Pair read(std::size_t point);

  [[nodiscard]] const Document& document() const { return document_; }

 private:
  void choose(std::size_t point);
  [[nodiscard]] std::shared_ptr<const ChipPart> read_chip(std::size_t point);
  [[nodiscard]] std::shared_ptr<const ModelPart> read_model(std::size_t point);
  void check_pair(const ChipPart& chip, const ModelPart& model) const;
  [[nodiscard]] std::vector<bool> axes_among(const KeySet& keys) const;

  Document document_;
  Shape shape_;
  PointSettings settings_;
  FileCache files_;
  PartCache<ChipPart> chips_;
  PartCache<ModelPart> models_;
};

}  // namespace ohmcarlo
