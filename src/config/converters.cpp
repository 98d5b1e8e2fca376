#include "config/converters.hpp"

#include "base/error.hpp"
#include "config/refusal.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kInputEncodings = make_words<InputEncoding>({{"auto", InputEncoding::automatic},
                                                            {"unsigned", InputEncoding::unsigned_},
                                                            {"sign-magnitude", InputEncoding::sign_magnitude},
                                                            {"twos-complement", InputEncoding::twos_complement},
                                                            {"offset", InputEncoding::offset}});
constexpr auto kAdcNoiseLaws = make_words<AdcNoiseLaw>(
    {{"none", AdcNoiseLaw::none}, {"gaussian", AdcNoiseLaw::gaussian}, {"logistic", AdcNoiseLaw::logistic}});
constexpr auto kGranularities = make_words<Granularity>(
    {{"layer", Granularity::layer}, {"array", Granularity::array}, {"column", Granularity::column}});

enum class Sensing { differential, single };
constexpr auto kSensings = make_words<Sensing>({{"differential", Sensing::differential}, {"single", Sensing::single}});

/// What a range that training finds needs.
void check_trained_range(const Reader& reader, const AdcOptions& adc) {
  if (adc.bits < 2) refuse_key(reader, "hardware.adc.bits", "trained converters need 2 bits or more");
  if (adc.granularity != Granularity::layer)
    refuse_key(reader, "hardware.adc.granularity", "training finds one scale a layer (allowed: \"layer\")");
  if (reader.is_written("hardware.adc.range_from"))
    refuse_key(reader, "hardware.adc.range_from", "trained ranges are those of the network itself; remove it");
}

/// What converters whose scales are learnt need: sums of single lines, which begin at 0.
void check_learnt_range(const Reader& reader, const CellFormat& format, const AdcOptions& adc) {
  if (format.mapping != Mapping::one_sided)
    refuse_key(reader, "hardware.mapping", "trained converters need pairs (allowed: \"one-sided\")");
  if (adc.differential)
    refuse_key(reader, "hardware.adc.sensing", "trained converters have a line each (allowed: \"single\")");
  check_trained_range(reader, adc);
}

bool read_differential(Reader& reader, const CellFormat& format) {
  return format.polarities() != 2 || reader.meaning("hardware.adc.sensing", kSensings) == Sensing::differential;
}

AdcNoise read_adc_noise(Reader& reader) {
  AdcNoise noise;
  noise.law = reader.meaning("hardware.adc.noise", kAdcNoiseLaws);
  if (noise.law == AdcNoiseLaw::none) return noise;
  noise.sd = reader.real("hardware.adc.noise_sd");
  noise.on_sd = reader.real("hardware.adc.on_sd");
  noise.off_sd = reader.real("hardware.adc.off_sd");
  return noise;
}

int read_trained_bits(Reader& reader) {
  if (!reader.has("hardware.adc.bits"))
    fail_usage("{}: this method trains converters, but 'hardware.adc.bits' is missing (allowed: 2 to 24)",
               reader.where("training.method"));
  return static_cast<int>(reader.integer("hardware.adc.bits"));
}

}  // namespace

std::vector<Key> converter_keys() {
  using enum KeyType;
  return {
      {.path = "hardware.dac.bits",
       .type = integer,
       .low = 1,
       .high = 16,
       .help = "bits of an input; exact inputs if absent"},
      {.path = "hardware.dac.serial",
       .type = boolean,
       .fallback = "false",
       .help = "whether each bit of an input is a read of its own"},
      {.path = "hardware.dac.encoding",
       .type = text,
       .fallback = "\"auto\"",
       .words = kInputEncodings.all(),
       .help = "code of the inputs; auto: unsigned where none is negative, else sign-magnitude"},
      {.path = "hardware.dac.range",
       .type = real,
       .fallback = "\"calibrated\"",
       .low = Key::kAboveZero,
       .high = 1e30,
       .words = {"calibrated"},
       .help = "the input with the largest code; calibrated: the largest of the calibration images"},
      {.path = "hardware.adc.bits",
       .type = integer,
       .low = 1,
       .high = 24,
       .help = "bits of a converted sum; exact sums if absent"},
      {.path = "hardware.adc.range",
       .type = real_list,
       .fallback = "\"calibrated\"",
       .low = -1e12,
       .high = 1e12,
       .length = 2,
       .words = {"calibrated", "maximum", "trained"},
       .help =
           "range of the converter: from calibration images, from the size of the array, as the network was trained "
           "with (methods ste-adc, concrete-adc, crossbar-aware), or [low, high] in currents of one cell fully on"},
      {.path = "hardware.adc.percentile",
       .type = real,
       .fallback = "100.0",
       .low = Key::kAboveZero,
       .high = 100,
       .help = "percentile of the sums' magnitudes that a calibrated range covers"},
      {.path = "hardware.adc.range_from",
       .type = settings,
       .sweepable = false,
       .help = "calibrated ranges are those of the model of the point that differs in these training keys alone, such "
               "as { \"training.kurtosis.lambda\" = 0.0 }"},
      {.path = "hardware.adc.granularity",
       .type = text,
       .fallback = "\"layer\"",
       .words = kGranularities.all(),
       .help = "what shares one range of the converter"},
      {.path = "hardware.adc.sensing",
       .type = text,
       .fallback = "\"differential\"",
       .words = kSensings.all(),
       .help = "how pairs of columns are converted: once, the difference, or each column on its own"},
      {.path = "hardware.adc.noise",
       .type = text,
       .fallback = "\"none\"",
       .words = kAdcNoiseLaws.all(),
       .help = "law of the noise before conversion"},
      {.path = "hardware.adc.noise_sd",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "sd of the noise before every conversion, once where the difference of a pair is converted, too; in "
               "currents of one cell fully on, less what it conducts at g_min where that cancels out"},
      {.path = "hardware.adc.on_sd",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help =
           "sd that each conducting cell adds to the noise before conversion (small read margin), in the unit of "
           "noise_sd; cells of both lines count where the difference of a pair is converted, those partly on in part"},
      {.path = "hardware.adc.off_sd",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "sd that each active cell that does not conduct adds to the noise before conversion, in the unit of "
               "noise_sd, counted as for on_sd"},
  };
}

DacOptions read_dac(Reader& reader) {
  DacOptions dac;
  dac.coding.encoding = InputEncoding::automatic;
  // An input range also fixes what converters of a range given in cells see.
  if (!reader.is_word("hardware.dac.range"))
    dac.full_scale = reader.real("hardware.dac.range");
  else
    (void)reader.text("hardware.dac.range");
  if (!reader.has("hardware.dac.bits")) return dac;
  dac.coding.bits = static_cast<int>(reader.integer("hardware.dac.bits"));
  dac.coding.read_bits = reader.boolean("hardware.dac.serial") ? 1 : 0;
  dac.coding.encoding = reader.meaning("hardware.dac.encoding", kInputEncodings);
  if (dac.coding.encoding != InputEncoding::unsigned_ && dac.coding.encoding != InputEncoding::automatic &&
      dac.coding.bits < 2)
    refuse_key(reader, "hardware.dac.bits", "signed inputs need 2 bits or more");
  if (dac.coding.encoding == InputEncoding::twos_complement && dac.coding.read_bits != 1)
    refuse_key(reader, "hardware.dac.encoding",
               "two's complement needs hardware.dac.serial = true: its highest bit counts negative");
  return dac;
}

AdcOptions read_adc(Reader& reader, const CellFormat& format) {
  AdcOptions adc;
  adc.differential = read_differential(reader, format);
  adc.noise = read_adc_noise(reader);
  if (!reader.has("hardware.adc.bits")) return adc;
  adc.bits = static_cast<int>(reader.integer("hardware.adc.bits"));
  adc.granularity = reader.meaning("hardware.adc.granularity", kGranularities);
  bool symmetric = true;
  if (!reader.is_word("hardware.adc.range")) {
    const std::vector<double>& range = reader.reals("hardware.adc.range");
    adc.range = RangeKind::given;
    adc.low = range[0];
    adc.high = range[1];
    symmetric = adc.low == -adc.high;
    if (adc.low >= adc.high) refuse_key(reader, "hardware.adc.range", "the low end must be below the high end");
  } else if (reader.text("hardware.adc.range") == "maximum") {
    adc.range = RangeKind::maximum;
  } else if (reader.text("hardware.adc.range") == "trained") {
    adc.range = RangeKind::trained;
    check_trained_range(reader, adc);
  } else {
    adc.percentile = reader.real("hardware.adc.percentile");
  }
  if (symmetric && adc.bits < 2)
    refuse_key(reader, "hardware.adc.bits", "a range that is symmetric about 0 needs 2 bits or more");
  return adc;
}

AdcOptions read_trained_adc(Reader& reader, const CellFormat& format, bool noise) {
  AdcOptions adc;
  adc.bits = read_trained_bits(reader);
  adc.range = RangeKind::trained;
  adc.differential = reader.meaning("hardware.adc.sensing", kSensings) == Sensing::differential;
  check_learnt_range(reader, format, adc);
  if (!noise) return adc;
  adc.noise = {AdcNoiseLaw::logistic, reader.real("hardware.adc.noise_sd"), reader.real("hardware.adc.on_sd"),
               reader.real("hardware.adc.off_sd")};
  return adc;
}

AdcOptions read_widened_adc(Reader& reader, const CellFormat& format, bool noise) {
  AdcOptions adc;
  adc.bits = read_trained_bits(reader);
  adc.range = RangeKind::trained;
  adc.differential = read_differential(reader, format);
  check_trained_range(reader, adc);
  if (noise) adc.noise = read_adc_noise(reader);
  return adc;
}

Settings read_range_from(Reader& reader, const AdcOptions& adc) {
  if (adc.bits == 0 || adc.range != RangeKind::calibrated || !reader.has("hardware.adc.range_from")) return {};
  return reader.settings("hardware.adc.range_from");
}

}  // namespace ohmcarlo
