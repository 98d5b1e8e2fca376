#include "data/phone_labels.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr float kSilence = 1e-3F;     // of full scale: espeak-ng's silence is zero but for the filter's ringing
constexpr std::size_t kRinging = 96;  // samples (6 ms) of it before the next sound
constexpr std::size_t kShortestSilence = 160;  // samples (10 ms) that get a label of their own
constexpr std::size_t kShortestPhone = 80;     // samples (5 ms); shorter ones belong to the phone before
constexpr std::size_t kFrame = 64;             // samples (4 ms)
constexpr std::size_t kBarFrames = 6;          // of a voice bar, after the first, over which its level is taken
constexpr double kBurstRise = 4.0;             // in power: 6 dB

struct Row {
  std::string_view mnemonic, phone;
};

/// r-coloured and centring vowels keep one label, that of the vowel. Never made: ax-h em eng hv nx ux.
constexpr Row kTable[] = {
    {";", ""},    {"@-", "ax"},  // vowels
    {"0", "aa"},  {"3", "axr"},  {"3:", "er"},  {"@", "ax"},   {"@2", "ax"}, {"@5", "ax"}, {"@L", "el"}, {"A:", "aa"},
    {"A@", "aa"}, {"E", "eh"},   {"I", "ih"},   {"I#", "ix"},  {"I2", "ix"}, {"IR", "er"}, {"O2", "ao"}, {"O:", "ao"},
    {"O@", "ao"}, {"OI", "oy"},  {"U", "uh"},   {"U@", "uh"},  {"V", "ah"},  {"VR", "er"}, {"a", "ae"},  {"a#", "ax"},
    {"aI", "ay"}, {"aI2", "ay"}, {"aI3", "ay"}, {"aI@", "ay"}, {"aU", "aw"}, {"aa", "ae"}, {"e@", "eh"}, {"eI", "ey"},
    {"i", "iy"},  {"i:", "iy"},  {"i@", "ih"},  {"i@3", "ih"}, {"o@", "ao"}, {"oU", "ow"}, {"u:", "uw"},  // consonants
    {"?", "q"},   {"D", "dh"},   {"N", "ng"},   {"S", "sh"},   {"T", "th"},  {"Z", "zh"},  {"b", "b"},   {"d", "d"},
    {"dZ", "jh"}, {"f", "f"},    {"g", "g"},    {"h", "hh"},   {"j", "y"},   {"k", "k"},   {"l", "l"},   {"m", "m"},
    {"n", "n"},   {"n-", "en"},  {"p", "p"},    {"r", "r"},    {"r-", "r"},  {"s", "s"},   {"t", "t"},   {"t#", "dx"},
    {"t2", "t"},  {"tS", "ch"},  {"t[", "t"},   {"v", "v"},    {"w", "w"},   {"w#", "w"},  {"z", "z"}};

/// Where an accent says another vowel under the same mnemonic (by espeak-ng's own IPA names).
constexpr struct {
  std::string_view accent, mnemonic, phone;
} kOfAccents[] = {{"en-gb-x-rp", "aa", "aa"},    {"en-gb-x-rp", "U@", "ao"},     {"en-gb-x-gbclan", "V", "uh"},
                  {"en-gb-x-gbcwmd", "V", "uh"}, {"en-gb-x-gbcwmd", "aI", "oy"}, {"en-gb-x-gbcwmd", "e@", "er"}};

constexpr Row kClosures[] = {{"p", "pcl"}, {"t", "tcl"}, {"k", "kcl"},  {"b", "bcl"},
                             {"d", "dcl"}, {"g", "gcl"}, {"ch", "tcl"}, {"jh", "dcl"}};

/// The name of a stop's closure, empty for other phones.
std::string_view closure_of(std::string_view phone) {
  for (const Row& row : kClosures)
    if (row.mnemonic == phone) return row.phone;
  return {};
}

bool voiced_stop(std::string_view phone) {
  return phone == "b" || phone == "d" || phone == "g" || phone == "jh";
}

/// Where the silence at the end of [begin, end) starts; `end` if there is none worth a label.
std::size_t silence_at_end(std::span<const float> samples, std::size_t begin, std::size_t end) {
  std::size_t start = end - std::min(end - begin, kRinging);
  while (start > begin && std::abs(samples[start - 1]) < kSilence) --start;
  return end - start >= kShortestSilence ? start : end;
}

/// Where the voice bar that a voiced stop begins with ends; `begin` if there is none.
std::size_t end_of_voice_bar(std::span<const float> samples, std::size_t begin, std::size_t end) {
  const std::size_t frames = (end - begin) / kFrame;
  if (frames < kBarFrames + 3 || begin == 0) return begin;
  std::vector<double> power(frames);
  for (std::size_t f = 0; f < frames; ++f)
    for (std::size_t i = begin + f * kFrame; i < begin + (f + 1) * kFrame; ++i) {
      const double difference = samples[i] - samples[i - 1];
      power[f] += difference * difference;
    }
  double bar = 0;
  for (std::size_t f = 1; f <= kBarFrames; ++f) bar += power[f] / kBarFrames;
  for (std::size_t f = 3; f < frames; ++f)
    if (power[f] > kBurstRise * bar) return begin + f * kFrame;
  return begin;
}

/// Appends a label, or lengthens the last one if it has the same name and is a pause.
void append(std::vector<PhoneLabel>& labels, std::size_t begin, std::size_t end, std::string_view phone) {
  if (begin >= end) return;
  if (!labels.empty() && labels.back().phone == phone && phone == "pau")
    labels.back().end = end;
  else
    labels.push_back({begin, end, phone});
}

}  // namespace

std::string_view timit_phone(std::string_view mnemonic, std::string_view accent) {
  if (mnemonic.starts_with('_')) return "pau";
  for (const auto& row : kOfAccents)
    if (row.accent == accent && row.mnemonic == mnemonic) return row.phone;
  for (const Row& row : kTable)
    if (row.mnemonic == mnemonic) return row.phone;
  fail_usage("espeak-ng speaks a phone '{}' that has no name in TIMIT's alphabet here (allowed: espeak-ng 1.51)",
             mnemonic);
}

std::vector<PhoneLabel> label_phones(std::span<const float> samples, std::span<const SpokenPhone> phones,
                                     std::string_view accent) {
  std::vector<PhoneLabel> spoken;  // espeak-ng's, in TIMIT's names
  append(spoken, 0, phones.empty() ? samples.size() : phones.front().start, "pau");
  for (std::size_t i = 0; i < phones.size(); ++i) {
    const std::size_t begin = std::min(phones[i].start, samples.size());
    const std::size_t end = i + 1 < phones.size() ? std::min(phones[i + 1].start, samples.size()) : samples.size();
    const std::string_view phone = timit_phone(phones[i].mnemonic, accent);
    if ((phone.empty() || end < begin + kShortestPhone) && !spoken.empty())
      spoken.back().end = std::max(spoken.back().end, end);
    else
      append(spoken, begin, end, phone);
  }

  std::vector<PhoneLabel> labels;
  for (std::size_t i = 0; i < spoken.size(); ++i) {
    const auto [begin, end, phone] = spoken[i];
    if (phone == "pau") {
      append(labels, begin, end, "pau");
      continue;
    }
    const std::string_view next = i + 1 < spoken.size() ? spoken[i + 1].phone : "pau";
    const std::size_t silence = silence_at_end(samples, begin, end);
    const bool was_closed = !labels.empty() && labels.back().phone == closure_of(phone);
    const std::size_t release = voiced_stop(phone) ? end_of_voice_bar(samples, begin, silence) : begin;
    if (was_closed)
      labels.back().end = release;
    else
      append(labels, begin, release, closure_of(phone));
    append(labels, release, silence, phone);
    append(labels, silence, end, next == "pau" ? "pau" : !closure_of(next).empty() ? closure_of(next) : "epi");
  }
  if (!labels.empty() && labels.front().phone == "pau") labels.front().phone = "h#";
  if (labels.size() > 1 && labels.back().phone == "pau") labels.back().phone = "h#";
  return labels;
}

}  // namespace ohmcarlo
