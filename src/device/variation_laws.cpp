#include "device/variation_laws.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "device/exp_minus_one.hpp"
#include "device/sd_law.hpp"

namespace ohmcarlo {
namespace {

/// Errors that a function of (target, normal) makes of every cell on its own.
template <class Cell>
class ErrorsOfCells final : public CellErrors {
 public:
  ErrorsOfCells(bool exact, Cell cell) : exact_(exact), cell_(std::move(cell)) {}
  [[nodiscard]] bool exact() const override { return exact_; }
  void apply(std::span<const float> targets, std::span<const float> normals, std::span<float> realised) const override {
    const auto cell = cell_.in_loop();  // a copy, which no write to `realised` seems to change
    const float* target = targets.data();
    const float* normal = normals.data();
    float* out = realised.data();
    for (std::size_t i = 0; i < realised.size(); ++i) out[i] = cell(target[i], normal[i]);
  }

 private:
  bool exact_;
  Cell cell_;
};

template <class Cell>
std::unique_ptr<const CellErrors> errors(bool exact, Cell cell) {
  return std::make_unique<const ErrorsOfCells<Cell>>(exact, std::move(cell));
}

/// A normal with this sd.
struct Normal {
  SdLaw sd;
  [[nodiscard]] Normal in_loop() const { return *this; }
  float operator()(float target, float z) const { return target + sd(target) * z; }
};

std::unique_ptr<const CellErrors> normal(const SdLaw& sd) {
  return errors(sd.zero(), Normal{sd});
}

std::unique_ptr<const CellErrors> gaussian(const CellVariation& variation, const CellRange& range) {
  return normal(sd_of_range(variation.sigma, range));
}

std::unique_ptr<const CellErrors> proportional(const CellVariation& variation, const CellRange& range) {
  return normal(sd_of_conductance(variation.sigma, range));
}

std::unique_ptr<const CellErrors> polynomial(const CellVariation& variation, const CellRange& range) {
  return normal(sd_of_fit(variation.fit, range));
}

std::string fit_problem(const CellVariation& variation, const CellRange& range) {
  return problem(variation.fit, range);
}

struct Lognormal {
  float sigma, pedestal;
  [[nodiscard]] Lognormal in_loop() const { return *this; }
  // A sum with the change, not the product less the pedestal: sigma 0 then leaves the target.
  float operator()(float target, float z) const { return target + (target + pedestal) * exp_minus_one(sigma * z); }
};

std::unique_ptr<const CellErrors> lognormal(const CellVariation& variation, const CellRange& range) {
  const Lognormal cell{static_cast<float>(variation.sigma), static_cast<float>(range.pedestal())};
  return errors(cell.sigma == 0, cell);
}

struct Banded {
  float outside, inside;  ///< sd as a level
  float low, high;        ///< the band, ends excluded
  [[nodiscard]] Banded in_loop() const { return *this; }
  float operator()(float target, float z) const {
    return target + (target > low && target < high ? inside : outside) * z;
  }
};

std::unique_ptr<const CellErrors> banded(const CellVariation& variation, const CellRange& range) {
  const double sd = band_sigma(variation.sigma, variation.band_factor) * range.top;
  const Banded cell{.outside = static_cast<float>(sd),
                    .inside = static_cast<float>(sd * variation.band_factor),
                    .low = 0.25F * static_cast<float>(range.top),
                    .high = 0.75F * static_cast<float>(range.top)};
  return errors(cell.outside == 0 && cell.inside == 0, cell);
}

/// Measured levels, the nearest one of a target.
struct Table {
  std::vector<float> mean, sd;
  [[nodiscard]] auto in_loop() const {
    const auto top = static_cast<float>(mean.size() - 1);
    return [means = mean.data(), sds = sd.data(), top](float target, float z) {
      const auto level = static_cast<int>(std::nearbyint(std::clamp(target, 0.0F, top)));
      return means[level] + sds[level] * z;
    };
  }
};

std::unique_ptr<const CellErrors> table(const CellVariation& variation, const CellRange& range) {
  Table levels;
  for (const double mean : variation.levels.mean) levels.mean.push_back(static_cast<float>(range.steps(mean)));
  for (const double sd : variation.levels.sd) levels.sd.push_back(static_cast<float>(sd / range.step()));
  require(levels.mean.size() == static_cast<std::size_t>(range.top) + 1 && levels.sd.size() == levels.mean.size(),
          "a table of levels must have one row for each");
  return errors(false, std::move(levels));
}

std::string table_problem(const CellVariation& variation, const CellRange& range) {
  const auto levels = static_cast<std::size_t>(range.top) + 1;
  if (variation.levels.mean.size() != levels || variation.levels.sd.size() != levels)
    return fmt::format("the table has {} levels, and the cells have {}", variation.levels.mean.size(), levels);
  // Ten times g_max is no device: most likely the table is in microsiemens.
  const auto largest = std::max_element(variation.levels.mean.begin(), variation.levels.mean.end());
  if (*largest > 10 * range.g_max)
    return fmt::format("the table's mean of level {} is {:g} siemens, and g_max is {:g} siemens",
                       largest - variation.levels.mean.begin(), *largest, range.g_max);
  return {};
}

constexpr VariationLawRow kLaws[] = {
    {.law = VariationLaw::gaussian,
     .word = "gaussian",
     .depends_on_conductance = false,
     .may_conduct_below_nothing = true,
     .sigma_of = "full scale of one cell",
     .prepare = gaussian,
     .problem = nullptr},
    {.law = VariationLaw::proportional,
     .word = "proportional",
     .depends_on_conductance = true,
     .may_conduct_below_nothing = true,
     .sigma_of = "g",
     .prepare = proportional,
     .problem = nullptr},
    {.law = VariationLaw::lognormal,
     .word = "lognormal",
     .depends_on_conductance = true,
     .may_conduct_below_nothing = false,
     .sigma_of = "ln g",
     .prepare = lognormal,
     .problem = nullptr},
    {.law = VariationLaw::polynomial,
     .word = "polynomial",
     .depends_on_conductance = true,
     .may_conduct_below_nothing = true,
     .sigma_of = "",
     .prepare = polynomial,
     .problem = fit_problem},
    {.law = VariationLaw::banded,
     .word = "banded",
     .depends_on_conductance = false,
     .may_conduct_below_nothing = true,
     .sigma_of = "full scale of one cell",
     .prepare = banded,
     .problem = nullptr},
    {.law = VariationLaw::table,
     .word = "table",
     .depends_on_conductance = true,
     .may_conduct_below_nothing = true,
     .sigma_of = "",
     .prepare = table,
     .problem = table_problem},
};

}  // namespace

std::span<const VariationLawRow> variation_laws() {
  return kLaws;
}

const VariationLawRow& variation_law(VariationLaw law) {
  const auto found = std::ranges::find(kLaws, law, &VariationLawRow::law);
  if (found == std::end(kLaws)) throw std::logic_error("internal error: an unknown law of variation");
  return *found;
}

}  // namespace ohmcarlo
