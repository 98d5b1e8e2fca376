#include "data/made_speech.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "data/coloured_noise.hpp"
#include "data/made_text.hpp"

namespace ohmcarlo {
namespace {

/// What else is drawn for a recording or a speaker, beside its text: each has its own slice of the address.
enum class Draw : std::uint32_t { habits = 16, manner = 17, noise = 18 };

Stream stream_of(const RecordingPlan& plan, Draw draw) {
  return Stream(plan.seed, {.purpose = Purpose::made_speech,
                            .layer = plan.corpus,
                            .trial = plan.speaker.number(),
                            .slice = static_cast<std::uint32_t>(draw),
                            .event = draw == Draw::habits ? 0 : plan.number});
}

int rounded(double value, double low, double high) {
  return static_cast<int>(std::lround(std::clamp(value, low, high)));
}

Utterance how_it_is_said(const RecordingPlan& plan, Choices& manner) {
  Choices habits(stream_of(plan, Draw::habits));
  const double rate = habits.between(140, 190), pitch = habits.between(30, 70), range = habits.between(30, 70);
  return {plan.speaker.voice(), rounded(rate + manner.between(-10, 10), 80, 450),
          rounded(pitch + manner.between(-6, 6), 0, 100), rounded(range + manner.between(-15, 15), 0, 100), plan.text};
}

/// Adds noise and sets the level: the largest sample is 25 to 90 % of full scale.
std::vector<std::int16_t> with_noise(const RecordingPlan& plan, Choices& manner, std::vector<float> samples,
                                     double power) {
  const double snr_db = manner.between(plan.snr.low_db, plan.snr.high_db);
  const NoiseColour colour = manner.pick(2) == 0 ? NoiseColour::white : NoiseColour::pink;
  const std::vector<float> noise = coloured_noise(stream_of(plan, Draw::noise), colour, samples.size());
  const auto amplitude = static_cast<float>(std::sqrt(power * std::pow(10, -snr_db / 10)));
  float largest = 1e-6F;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] += amplitude * noise[i];
    largest = std::max(largest, std::abs(samples[i]));
  }
  const float gain = static_cast<float>(manner.between(0.25, 0.9)) * 32767 / largest;
  std::vector<std::int16_t> out(samples.size());
  std::transform(samples.begin(), samples.end(), out.begin(),
                 [gain](float sample) { return static_cast<std::int16_t>(std::lrint(sample * gain)); });
  return out;
}

double mean_power(const std::vector<float>& samples, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += double{samples[i]} * samples[i];
  return sum / static_cast<double>(std::max<std::size_t>(end - begin, 1));
}

void append_number(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> 8 * i & 0xFF);
}

}  // namespace

Stream text_stream(std::uint64_t seed, std::uint32_t corpus, const Speaker& speaker, std::uint64_t number,
                   std::uint32_t attempt) {
  require(attempt < 16, "at most 16 attempts at a text");
  return Stream(
      seed,
      {.purpose = Purpose::made_speech, .layer = corpus, .trial = speaker.number(), .slice = attempt, .event = number});
}

MadeRecording record_sentence(SpeechProcess& speech, const RecordingPlan& plan) {
  Choices manner(stream_of(plan, Draw::manner));
  const SpokenAudio audio = speech.say(how_it_is_said(plan, manner));
  // Silence of our own around the first and the last sound, instead of espeak-ng's, which always lasts the same.
  const std::vector<PhoneLabel> spoken = label_phones(audio.samples, audio.phones, plan.speaker.accent_name());
  std::size_t begin = 0, end = audio.samples.size();
  if (!spoken.empty() && spoken.front().phone == "h#") begin = spoken.front().end;
  if (spoken.size() > 1 && spoken.back().phone == "h#") end = spoken.back().begin;
  const auto before = static_cast<std::size_t>(manner.between(0.08, 0.25) * kMadeRate);
  const auto after = static_cast<std::size_t>(manner.between(0.08, 0.25) * kMadeRate);
  std::vector<float> samples(before + (end - begin) + after);
  std::copy(audio.samples.begin() + static_cast<std::ptrdiff_t>(begin),
            audio.samples.begin() + static_cast<std::ptrdiff_t>(end),
            samples.begin() + static_cast<std::ptrdiff_t>(before));

  MadeRecording recording;
  recording.labels.push_back({0, before, "h#"});
  for (const PhoneLabel& label : spoken)
    if (label.phone != "h#")
      recording.labels.push_back({label.begin - begin + before, label.end - begin + before, label.phone});
  recording.labels.push_back({recording.labels.back().end, samples.size(), "h#"});
  const double power = mean_power(audio.samples, begin, end);
  recording.samples = with_noise(plan, manner, std::move(samples), power);
  return recording;
}

MadeRecording record_keyword(SpeechProcess& speech, const RecordingPlan& plan) {
  Choices manner(stream_of(plan, Draw::manner));
  Utterance utterance = how_it_is_said(plan, manner);
  std::vector<float> speech_samples;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const SpokenAudio audio = speech.say(utterance);
    const auto loud = [](float sample) { return std::abs(sample) >= 1e-3F; };
    const auto first = std::find_if(audio.samples.begin(), audio.samples.end(), loud);
    const auto last = std::find_if(audio.samples.rbegin(), audio.samples.rend(), loud).base();
    speech_samples.assign(std::min(first, last), last);
    if (speech_samples.size() <= kKeywordSamples) break;
    utterance.rate =
        rounded(utterance.rate * 1.15 * static_cast<double>(speech_samples.size()) / kKeywordSamples, 80, 450);
  }
  speech_samples.resize(std::min(speech_samples.size(), kKeywordSamples));
  const std::size_t shift = manner.pick(kKeywordSamples - speech_samples.size() + 1);
  const double power = mean_power(speech_samples, 0, speech_samples.size());
  std::vector<float> samples(kKeywordSamples);
  std::copy(speech_samples.begin(), speech_samples.end(), samples.begin() + static_cast<std::ptrdiff_t>(shift));
  return {with_noise(plan, manner, std::move(samples), power), {}};
}

std::string wav_bytes(const std::vector<std::int16_t>& samples) {
  const auto size = static_cast<std::uint32_t>(samples.size() * 2);
  std::string bytes = "RIFF";
  append_number(bytes, size + 36, 4);
  bytes += "WAVEfmt ";
  append_number(bytes, 16, 4);                                         // bytes of this chunk
  append_number(bytes, 1, 2);                                          // PCM
  append_number(bytes, 1, 2);                                          // channels
  append_number(bytes, static_cast<std::uint32_t>(kMadeRate), 4);      // samples a second
  append_number(bytes, static_cast<std::uint32_t>(2 * kMadeRate), 4);  // bytes a second
  append_number(bytes, 2, 2);                                          // bytes a sample of all channels
  append_number(bytes, 16, 2);                                         // bits a sample
  bytes += "data";
  append_number(bytes, size, 4);
  for (const std::int16_t sample : samples) append_number(bytes, static_cast<std::uint16_t>(sample), 2);
  return bytes;
}

std::string phn_text(const std::vector<PhoneLabel>& labels) {
  std::string text;
  for (const PhoneLabel& label : labels) text += fmt::format("{} {} {}\n", label.begin, label.end, label.phone);
  return text;
}

}  // namespace ohmcarlo
