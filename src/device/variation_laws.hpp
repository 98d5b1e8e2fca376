#pragma once
// The register of programming-variation laws: all that is known of each, in one row.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "device/cell_variation.hpp"

namespace ohmcarlo {

struct VariationLawRow {
  VariationLaw law;
  std::string_view word;           ///< its name in experiment files
  bool depends_on_conductance;     ///< sd of an error depends on what the cell conducts, not on its range alone
  bool may_conduct_below_nothing;  ///< a cell that is not exact may get a conductance below 0
  std::string_view sigma_of;       ///< what CellVariation::sigma is the sd of, for the help of its key; empty:
                                   ///< its errors have no sigma
  std::unique_ptr<const CellErrors> (*prepare)(const CellVariation& variation, const CellRange& range);
  /// Why the law cannot serve cells of this range, empty if it can; none: it serves all.
  std::string (*problem)(const CellVariation& variation, const CellRange& range);

  /// CellVariation::sigma says how large its errors are.
  [[nodiscard]] constexpr bool has_sigma() const { return !sigma_of.empty(); }
};

/// Whether sigma of a law is relative to the full scale of a cell, whatever the cell conducts.
[[nodiscard]] constexpr bool is_relative_to_full_scale(const VariationLawRow& row) {
  return row.has_sigma() && !row.depends_on_conductance;
}

/// One row a law, in the order in which messages list their words.
[[nodiscard]] std::span<const VariationLawRow> variation_laws();

/// The row of a law.
[[nodiscard]] const VariationLawRow& variation_law(VariationLaw law);

}  // namespace ohmcarlo
