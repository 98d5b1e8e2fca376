#include "data/mfcc.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <mutex>
#include <numbers>

#include <fftw3.h>

#include "base/error.hpp"
#include "data/deltas.hpp"

namespace ohmcarlo {
namespace {

constexpr double kFullScale = 32768.0;
constexpr double kFloor = 1.0;

double mel(double hz) {
  return 2595.0 * std::log10(1.0 + hz / 700.0);
}

/// FFTW plans one thread at a time; transforms need no lock.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

struct Mfcc::State {
  explicit State(const MfccOptions& chosen);
  ~State() {
    const std::lock_guard lock(planner());
    fftw_destroy_plan(plan);
    fftw_free(signal);
    fftw_free(spectrum);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Puts a frame, scaled and without its mean, into `signal`; returns its log energy.
  double load(const float* samples);
  /// The statics of the frame in `signal`, which it overwrites.
  void analyse(float* cepstra);

  MfccOptions options;
  std::size_t window;
  std::size_t transform;          // samples of the transform
  std::vector<double> taper;      // [window] Hamming
  std::size_t first_line = 0;     // of the spectrum that lies in a triangle
  std::vector<std::size_t> edge;  // [lines used] number e of the triangles' edge at or below a line: falls in triangle
                                  // e - 1, rises in triangle e
  std::vector<double> rising;     // [lines used] weight in triangle e; 1 - this is its weight in triangle e - 1
  std::vector<double> cosines;    // [cepstra, filters], with scale and lifter
  std::vector<double> magnitudes;
  std::vector<double> triangles;  // [filters + 2]: one beyond each end for weights that no triangle takes
  double* signal;                 // [transform], zero beyond the window
  fftw_complex* spectrum;         // [transform / 2 + 1]
  fftw_plan plan;
};

Mfcc::State::State(const MfccOptions& chosen)
    : options(chosen),
      window(chosen.window()),
      transform(std::bit_ceil(window)),
      taper(window),
      cosines(std::size_t{chosen.cepstra} * chosen.filters),
      triangles(std::size_t{chosen.filters} + 2) {
  using std::numbers::pi;
  for (std::size_t n = 0; n < window; ++n) {
    taper[n] = 0.54 - 0.46 * std::cos(2.0 * pi * static_cast<double>(n) / static_cast<double>(window - 1));
  }

  const double low = mel(options.low_hz);
  const double high = mel(options.high_hz == 0.0 ? options.rate / 2.0 : options.high_hz);
  const double spacing = (high - low) / (options.filters + 1);
  std::vector<std::size_t> lines(options.filters, 0);
  for (std::size_t line = 1; line < transform / 2; ++line) {
    const double at = (mel(static_cast<double>(line) * options.rate / static_cast<double>(transform)) - low) / spacing;
    if (at <= 0.0 || at >= options.filters + 1.0) continue;
    if (edge.empty()) first_line = line;
    edge.push_back(static_cast<std::size_t>(at));
    rising.push_back(at - std::floor(at));
    if (edge.back() < options.filters) ++lines[edge.back()];
    if (edge.back() > 0 && rising.back() < 1.0) ++lines[edge.back() - 1];
  }
  for (std::size_t filter = 0; filter < lines.size(); ++filter) {
    if (lines[filter] == 0) {
      fail_usage("features: {} filters are too many for {} lines of the spectrum: filter {} holds none",
                 options.filters, transform / 2, filter + 1);
    }
  }
  magnitudes.resize(edge.size());

  for (std::size_t n = 1; n <= options.cepstra; ++n) {
    const double order = static_cast<double>(n);
    const double lift = options.lifter == 0 ? 1.0 : 1.0 + options.lifter / 2.0 * std::sin(pi * order / options.lifter);
    for (std::size_t m = 0; m < options.filters; ++m) {
      cosines[(n - 1) * options.filters + m] = lift * std::sqrt(2.0 / options.filters) *
                                               std::cos(pi * order * (static_cast<double>(m) + 0.5) / options.filters);
    }
  }

  const std::lock_guard lock(planner());
  signal = fftw_alloc_real(transform);
  spectrum = fftw_alloc_complex(transform / 2 + 1);
  // Estimated, not measured: a plan that depends on timing would change the last bits from run to run.
  plan = fftw_plan_dft_r2c_1d(static_cast<int>(transform), signal, spectrum, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
  require(signal != nullptr && spectrum != nullptr && plan != nullptr, "FFTW gave memory and a plan");
  std::fill_n(signal, transform, 0.0);
}

double Mfcc::State::load(const float* samples) {
  double sum = 0.0;
  for (std::size_t n = 0; n < window; ++n) sum += samples[n];
  const double mean = sum / static_cast<double>(window);
  double energy = 0.0;
  for (std::size_t n = 0; n < window; ++n) {
    signal[n] = (samples[n] - mean) * kFullScale;
    energy += signal[n] * signal[n];
  }
  return std::log(std::max(energy, kFloor));
}

void Mfcc::State::analyse(float* cepstra) {
  for (std::size_t n = window - 1; n > 0; --n) {
    signal[n] = (signal[n] - options.pre_emphasis * signal[n - 1]) * taper[n];
  }
  signal[0] *= (1.0 - options.pre_emphasis) * taper[0];
  fftw_execute(plan);
  for (std::size_t i = 0; i < magnitudes.size(); ++i) {
    const fftw_complex& line = spectrum[first_line + i];
    magnitudes[i] = std::sqrt(line[0] * line[0] + line[1] * line[1]);
  }
  // triangles[t + 1] is triangle t.
  std::fill(triangles.begin(), triangles.end(), 0.0);
  for (std::size_t i = 0; i < magnitudes.size(); ++i) {
    const double part = rising[i] * magnitudes[i];
    triangles[edge[i] + 1] += part;
    triangles[edge[i]] += magnitudes[i] - part;
  }
  for (double& triangle : triangles) triangle = std::log(std::max(triangle, kFloor));
  for (std::size_t n = 0; n < options.cepstra; ++n) {
    double sum = 0.0;
    for (std::size_t m = 0; m < options.filters; ++m) sum += cosines[n * options.filters + m] * triangles[m + 1];
    cepstra[n] = static_cast<float>(sum);
  }
}

Mfcc::Mfcc(const MfccOptions& options) {
  check_options(options);
  state_ = std::make_unique<State>(options);
}

Mfcc::~Mfcc() = default;
Mfcc::Mfcc(Mfcc&&) noexcept = default;
Mfcc& Mfcc::operator=(Mfcc&&) noexcept = default;

const MfccOptions& Mfcc::options() const {
  return state_->options;
}

std::vector<float> Mfcc::coefficients(std::span<const float> samples) {
  const MfccOptions& options = state_->options;
  const std::size_t frames = options.frames(samples.size());
  const std::size_t width = options.statics();
  std::vector<float> statics(frames * width);
  for (std::size_t t = 0; t < frames; ++t) {
    const double log_energy = state_->load(samples.data() + t * options.hop());
    state_->analyse(&statics[t * width]);
    if (options.energy) statics[t * width + options.cepstra] = static_cast<float>(log_energy);
  }
  if (options.delta_window == 0) return statics;

  const std::vector<float> first = deltas(statics, width, options.delta_window);
  const std::vector<float> second = deltas(first, width, options.delta_window);
  std::vector<float> all;
  all.reserve(frames * 3 * width);
  for (std::size_t t = 0; t < frames; ++t) {
    for (const std::vector<float>* part : std::array<const std::vector<float>*, 3>{&statics, &first, &second}) {
      const auto begin = part->begin() + static_cast<std::ptrdiff_t>(t * width);
      all.insert(all.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
    }
  }
  return all;
}

std::vector<float> Mfcc::log_energies(std::span<const float> samples) {
  std::vector<float> energies(state_->options.frames(samples.size()));
  for (std::size_t t = 0; t < energies.size(); ++t) {
    energies[t] = static_cast<float>(state_->load(samples.data() + t * state_->options.hop()));
  }
  return energies;
}

}  // namespace ohmcarlo
