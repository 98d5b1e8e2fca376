#include "config/read_noise.hpp"

#include "base/error.hpp"
#include "config/refusal.hpp"
#include "config/variation.hpp"
#include "device/read_noise.hpp"

namespace ohmcarlo {
namespace {

enum class NoiseModel { none, gaussian, proportional, polynomial, margin };
constexpr auto kNoiseModels = make_words<NoiseModel>({{"none", NoiseModel::none},
                                                      {"gaussian", NoiseModel::gaussian},
                                                      {"proportional", NoiseModel::proportional},
                                                      {"polynomial", NoiseModel::polynomial},
                                                      {"margin", NoiseModel::margin}});

enum class WantedForm { automatic, columns, cells };
constexpr auto kWantedForms = make_words<WantedForm>(
    {{"auto", WantedForm::automatic}, {"columns", WantedForm::columns}, {"cells", WantedForm::cells}});

/// Noise of the sd on_sd at g_max and off_sd at g_min, straight between.
SdLaw read_margin(Reader& reader, const CellRange& range) {
  const auto top = static_cast<float>(range.top);
  const auto on = static_cast<float>(reader.real("hardware.read_noise.on_sd"));
  const auto off = static_cast<float>(reader.real("hardware.read_noise.off_sd"));
  return {off * top, on - off, 0};
}

ReadNoiseLaw law_of(NoiseModel model) {
  if (model == NoiseModel::gaussian) return ReadNoiseLaw::gaussian;
  return model == NoiseModel::proportional ? ReadNoiseLaw::proportional : ReadNoiseLaw::polynomial;
}

}  // namespace

std::vector<Key> read_noise_keys() {
  using enum KeyType;
  return {
      {.path = "hardware.read_noise.model",
       .type = text,
       .fallback = "\"none\"",
       .words = kNoiseModels.all(),
       .help = "law of the noise of a cell at every read"},
      {.path = "hardware.read_noise.sigma",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "sd of the read noise: of full scale (gaussian), of g (proportional)"},
      {.path = "hardware.read_noise.coefficients",
       .type = real_list,
       .fallback = "[0.7240, 0.06184, -0.0006034]",
       .length = 3,
       .help = "polynomial read noise: the sd in uS is c0 + c1 g + c2 g^2, g in uS"},
      {.path = "hardware.read_noise.scale",
       .type = real,
       .fallback = "1.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "factor on the sd of polynomial read noise"},
      {.path = "hardware.read_noise.on_sd",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "sd of the read noise at g_max, of full scale, with model margin"},
      {.path = "hardware.read_noise.off_sd",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "sd of the read noise at g_min, of full scale, with model margin"},
      {.path = "hardware.read_noise.form",
       .type = text,
       .fallback = "\"auto\"",
       .words = kWantedForms.all(),
       .help = "how read noise is drawn: once a column where that has exactly the same law, else once a cell; or as "
               "this says"},
  };
}

ReadNoiseOptions read_read_noise(Reader& reader, const CellRange& range) {
  const NoiseModel model = reader.meaning("hardware.read_noise.model", kNoiseModels);
  if (model == NoiseModel::none) return {};
  if (model == NoiseModel::margin) return {read_margin(reader, range), false};
  ReadNoise noise;
  noise.law = law_of(model);
  if (noise.law == ReadNoiseLaw::polynomial)
    noise.fit = make_fit(reader.reals("hardware.read_noise.coefficients"), reader.real("hardware.read_noise.scale"));
  else
    noise.sigma = reader.real("hardware.read_noise.sigma");
  check_key(reader, "hardware.read_noise.model", problem(noise, range));
  return {sd_law(noise, range), noise.law != ReadNoiseLaw::gaussian};
}

ReadForm read_read_form(Reader& reader, const ArrayOptions& array) {
  if (!array.wires.ideal() && array.format.has_reference())
    refuse_key(reader, "hardware.read_noise.model",
               "read noise behind wires needs a pair mapping (one-sided or mid-point)");
  const WantedForm form = reader.meaning("hardware.read_noise.form", kWantedForms);
  const std::string why = why_cells(array);
  if (form == WantedForm::columns && !why.empty())
    refuse_key(reader, "hardware.read_noise.form", "one draw a column is not exact: " + why);
  return form == WantedForm::cells || !why.empty() ? ReadForm::cells : ReadForm::columns;
}

std::string why_cells(const ArrayOptions& options) {
  return options.wires.ideal() ? "" : "wires make currents depend on all cells at once";
}

}  // namespace ohmcarlo
