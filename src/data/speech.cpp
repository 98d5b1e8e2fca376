#include "data/speech.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/audio.hpp"

namespace ohmcarlo {
namespace {

/// Reads recordings one by one and makes their features, hashing what goes into them.
class Reader {
 public:
  Reader(const Recordings& recordings, const MfccOptions& options, const std::string& kind)
      : recordings_(recordings), mfcc_(options) {
    if (options.rate != recordings.rate) {
      fail_usage("features for {} samples a second; the recordings have {}", options.rate, recordings.rate);
    }
    hash_.add(fmt::format("ohmcarlo speech 1\n{}\n{}\n", kind, describe(options)));
  }

  /// Samples of a recording, at least one window.
  std::vector<float> samples(const Recording& recording) {
    Audio audio = read_audio(recording.audio, recordings_.rate);
    if (mfcc_.options().frames(audio.samples.size()) == 0) {
      fail_data("{}: has {} samples, fewer than one window ({})", recording.audio.string(), audio.samples.size(),
                mfcc_.options().window());
    }
    hash_.add(fmt::format("{} {}\n", audio.samples.size(), recording.label));
    hash_.add(std::as_bytes(std::span(audio.samples)));
    return std::move(audio.samples);
  }

  void add_labels(std::span<const Label> labels) { hash_.add(std::as_bytes(labels)); }

  std::string content(std::span<const std::string> class_names) {
    for (const std::string& name : class_names) hash_.add(name + "\n");
    return hash_.hex();
  }

  Mfcc& mfcc() { return mfcc_; }

 private:
  const Recordings& recordings_;
  Mfcc mfcc_;
  Sha256 hash_;
};

/// Copies frames first .. first + frames - 1 of `all` to `out`, repeating the ends beyond them.
void copy_frames(std::span<const float> all, std::size_t coefficients, std::size_t statics, std::ptrdiff_t first,
                 std::size_t frames, float* out) {
  const auto last = static_cast<std::ptrdiff_t>(all.size() / coefficients) - 1;
  for (std::size_t t = 0; t < frames; ++t, out += coefficients) {
    const std::ptrdiff_t wanted = first + static_cast<std::ptrdiff_t>(t);
    const std::ptrdiff_t frame = std::clamp<std::ptrdiff_t>(wanted, 0, last);
    const float* from = all.data() + static_cast<std::size_t>(frame) * coefficients;
    std::copy_n(from, wanted == frame ? coefficients : statics, out);  // the rest of `out` is 0 already
  }
}

void append(SequenceSet& set, std::span<const float> values, const Origin& origin) {
  set.values.insert(set.values.end(), values.begin(), values.end());
  set.first.push_back(set.values.size() / set.coefficients);
  set.origins.push_back(origin);
}

}  // namespace

std::ptrdiff_t first_frame_of_word(std::span<const float> log_energies, std::size_t frames) {
  const std::size_t count = log_energies.size();
  const auto room = static_cast<std::ptrdiff_t>(count) - static_cast<std::ptrdiff_t>(frames);
  if (room <= 0) return -(-room / 2);
  std::vector<double> sums(count + 1, 0.0), moments(count + 1, 0.0);  // of the frames before
  for (std::size_t t = 0; t < count; ++t) {
    const double loudness = std::exp(log_energies[t] / 2.0);
    sums[t + 1] = sums[t] + loudness;
    moments[t + 1] = moments[t] + loudness * static_cast<double>(t);
  }
  const auto loudness_from = [&](std::size_t t) { return sums[t + frames] - sums[t]; };
  std::size_t loudest = 0;
  for (std::size_t t = 1; t + frames <= count; ++t) {
    if (loudness_from(t) > loudness_from(loudest)) loudest = t;
  }
  const double centre = (moments[loudest + frames] - moments[loudest]) / loudness_from(loudest);
  const std::ptrdiff_t first = std::lround(centre - (static_cast<double>(frames) - 1.0) / 2.0);
  return std::clamp<std::ptrdiff_t>(first, 0, room);
}

FeatureSet word_features(const Recordings& recordings, std::span<const std::uint32_t> which, const MfccOptions& options,
                         std::size_t frames) {
  if (frames == 0) fail_usage("features: blocks of 0 frames; allowed: 1 or more");
  Reader reader(recordings, options, fmt::format("words in {} frames", frames));
  const std::size_t width = options.coefficients();
  FeatureSet set{.count = which.size(),
                 .frames = frames,
                 .coefficients = width,
                 .values = std::vector<float>(which.size() * frames * width, 0.0F),
                 .labels = {},
                 .class_names = recordings.class_names,
                 .origins = {},
                 .content_sha256 = {}};
  for (std::size_t i = 0; i < which.size(); ++i) {
    const Recording& recording = recordings.items.at(which[i]);
    const std::vector<float> samples = reader.samples(recording);
    const std::ptrdiff_t first = first_frame_of_word(reader.mfcc().log_energies(samples), frames);
    copy_frames(reader.mfcc().coefficients(samples), width, options.statics(), first, frames,
                &set.values[i * frames * width]);
    set.labels.push_back(recording.label);
    set.origins.push_back(recording.origin);
  }
  set.content_sha256 = reader.content(set.class_names);
  return set;
}

SequenceSet word_sequences(const Recordings& recordings, std::span<const std::uint32_t> which,
                           const MfccOptions& options) {
  Reader reader(recordings, options, "words");
  SequenceSet set;
  set.coefficients = options.coefficients();
  set.first = {0};
  set.class_names = recordings.class_names;
  for (const std::uint32_t index : which) {
    const Recording& recording = recordings.items.at(index);
    append(set, reader.mfcc().coefficients(reader.samples(recording)), recording.origin);
    set.labels.push_back(recording.label);
  }
  set.content_sha256 = reader.content(set.class_names);
  return set;
}

SequenceSet phone_sequences(const Recordings& recordings, std::span<const std::uint32_t> which,
                            const MfccOptions& options, PhoneSet phone_set) {
  Reader reader(recordings, options, "phones");
  SequenceSet set;
  set.coefficients = options.coefficients();
  set.first = {0};
  set.frame_wise = true;
  set.class_names = phone_names(phone_set);
  for (const std::uint32_t index : which) {
    const Recording& recording = recordings.items.at(index);
    require(!recording.phones.empty(), "a phone-aligned corpus");
    const std::vector<PhoneSegment> phones = read_phones(recording.phones);
    const std::vector<float> samples = reader.samples(recording);
    check_phones_fit(phones, samples.size(), recordings.rate, recording.phones, recording.audio);
    append(set, reader.mfcc().coefficients(samples), recording.origin);
    const std::vector<Label> labels =
        frame_labels(phones, phone_set, options.frames(samples.size()), options.hop(), options.window());
    reader.add_labels(labels);
    set.labels.insert(set.labels.end(), labels.begin(), labels.end());
  }
  set.content_sha256 = reader.content(set.class_names);
  return set;
}

}  // namespace ohmcarlo
