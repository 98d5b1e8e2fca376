// mfcc_frames FILE [low_hz high_hz filters cepstra lifter delta_window]: the features of a sound file, one line a frame
// and 9 digits a number.

#include <cstdlib>
#include <iostream>

#include <fmt/format.h>

#include "data/audio.hpp"
#include "data/mfcc.hpp"

int main(int argc, char** argv) {
  using namespace ohmcarlo;
  if (argc != 2 && argc != 8) {
    std::cerr << "usage: mfcc_frames FILE [low_hz high_hz filters cepstra lifter delta_window]\n";
    return 2;
  }
  const Audio audio = read_audio(argv[1]);
  MfccOptions options{.rate = audio.rate};
  if (argc == 8) {
    const auto count = [&](int at) { return static_cast<std::uint32_t>(std::atoi(argv[at])); };
    options.low_hz = std::atof(argv[2]);
    options.high_hz = std::atof(argv[3]);
    options.filters = count(4);
    options.cepstra = count(5);
    options.lifter = count(6);
    options.delta_window = count(7);
  }
  const std::vector<float> values = Mfcc(options).coefficients(audio.samples);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::cout << fmt::format("{:.9g}{}", values[i], (i + 1) % options.coefficients() == 0 ? '\n' : ' ');
  }
}
