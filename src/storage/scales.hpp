#pragma once
// The dimension scales of a results file: axes, replica, trial, and what some metrics have besides. Private to
// storage/.

#include <map>
#include <string>
#include <vector>

#include "records/table.hpp"
#include "storage/hdf5.hpp"

namespace ohmcarlo::h5 {

/// Writes the axes, and the own dimensions of metrics, as dimension scales under /results and links them at the root,
/// where every group finds them.
class Scales {
 public:
  Scales(hid_t root, hid_t group, const Table& table);

  /// A dataset of `type` over the first `rank` dimensions (axes, then replica, then trial), and a metric's own. Returns
  /// it open.
  Handle write(hid_t group, const std::string& name, hid_t type, const void* data, std::size_t rank,
               const std::vector<Dimension>& own, const std::string& units, const std::string& meaning) const;
  /// Attaches the scales of these axes, by number, to the dimensions of a dataset.
  void attach_axes(hid_t dataset, const std::vector<std::size_t>& axes) const;
  [[nodiscard]] std::size_t axes() const { return sizes_.size() - 2; }
  [[nodiscard]] std::span<const std::size_t> sizes() const { return sizes_; }  ///< of axes, replica, trial

 private:
  struct Own {
    std::size_t scale;
    std::size_t size;
  };

  void add(const std::string& name, Handle dataset);
  void attach(hid_t dataset, std::size_t scale, std::size_t dimension) const;

  hid_t root_, group_;
  std::vector<Handle> scales_;  ///< of axes, replica, trial, then own dimensions
  std::vector<std::size_t> sizes_;
  std::map<std::string, Own> own_;
};

/// The axis that was written under this key. Throws std::runtime_error if there is none.
[[nodiscard]] Axis read_axis(hid_t group, const std::string& key);

}  // namespace ohmcarlo::h5
