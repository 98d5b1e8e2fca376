// ohmcarlo data features: the cepstra of one recording, for other programs.

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "data/audio.hpp"
#include "data/mfcc.hpp"

namespace ohmcarlo {

int features_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  MfccOptions mfcc;
  po::options_description options("Options");
  options.add_options()("help", "this text")(
      "window", po::value(&mfcc.window_seconds)->default_value(mfcc.window_seconds, "0.025"), "seconds of a frame")(
      "hop", po::value(&mfcc.hop_seconds)->default_value(mfcc.hop_seconds, "0.01"), "seconds from frame to frame")(
      "filters", po::value(&mfcc.filters)->default_value(mfcc.filters), "triangles of the mel spectrum")(
      "cepstra", po::value(&mfcc.cepstra)->default_value(mfcc.cepstra), "coefficients, to which log energy is added")(
      "delta-window", po::value(&mfcc.delta_window)->default_value(mfcc.delta_window),
      "frames to each side for deltas and accelerations; 0: neither");
  const auto values = parse_options(
      "data features",
      "ohmcarlo data features FILE [options]\n\n"
      "Prints the mel-frequency cepstra of a WAV, FLAC or SPHERE file, a row a frame, comma-separated, before any\n"
      "scaling: cepstra and log energy, then their deltas, then their accelerations. The first line says how they "
      "were\n"
      "made, with lengths in samples: frame t starts at sample t * hop.",
      arguments, options, "FILE");
  if (!values) return 0;
  if (mfcc.filters > 256 || mfcc.delta_window > 100)
    fail_usage("data features: --filters {} --delta-window {}: not allowed (allowed: up to 256 and 100)", mfcc.filters,
               mfcc.delta_window);
  const std::string file = one_argument(*values, "data features", "FILE");
  const Audio audio = read_audio(file);
  mfcc.rate = audio.rate;
  Mfcc maker(mfcc);
  const std::size_t width = mfcc.coefficients();
  const std::vector<float> features = maker.coefficients(audio.samples);
  if (features.empty())
    fail_data("{}: has {} samples, fewer than one window ({})", file, audio.samples.size(), mfcc.window());
  fmt::print("# {}\n", describe(mfcc));
  for (std::size_t i = 0; i < features.size(); ++i)
    fmt::print("{:.9g}{}", features[i], (i + 1) % width == 0 ? '\n' : ',');
  return 0;
}

}  // namespace ohmcarlo
