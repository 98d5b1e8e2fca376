#include "data/phones.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/error.hpp"
#include "base/printable.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

/// A phone, its class among 48 and among 39; none if empty.
struct Folding {
  std::string_view phone, of48, of39;
};

// Sorted by name. The 48 keep apart what Lee & Hon trained apart: voiced and unvoiced closures, en and epi, l and el,
// ao and aa, zh and sh, ix and ih, ax and ah; scoring forgives these. The stop q was left out of both.
constexpr std::array<Folding, 61> kPhones{{
    {"aa", "aa", "aa"},    {"ae", "ae", "ae"},    {"ah", "ah", "ah"},   {"ao", "ao", "aa"},    {"aw", "aw", "aw"},
    {"ax", "ax", "ah"},    {"ax-h", "ax", "ah"},  {"axr", "er", "er"},  {"ay", "ay", "ay"},    {"b", "b", "b"},
    {"bcl", "vcl", "sil"}, {"ch", "ch", "ch"},    {"d", "d", "d"},      {"dcl", "vcl", "sil"}, {"dh", "dh", "dh"},
    {"dx", "dx", "dx"},    {"eh", "eh", "eh"},    {"el", "el", "l"},    {"em", "m", "m"},      {"en", "en", "n"},
    {"eng", "ng", "ng"},   {"epi", "epi", "sil"}, {"er", "er", "er"},   {"ey", "ey", "ey"},    {"f", "f", "f"},
    {"g", "g", "g"},       {"gcl", "vcl", "sil"}, {"h#", "sil", "sil"}, {"hh", "hh", "hh"},    {"hv", "hh", "hh"},
    {"ih", "ih", "ih"},    {"ix", "ix", "ih"},    {"iy", "iy", "iy"},   {"jh", "jh", "jh"},    {"k", "k", "k"},
    {"kcl", "cl", "sil"},  {"l", "l", "l"},       {"m", "m", "m"},      {"n", "n", "n"},       {"ng", "ng", "ng"},
    {"nx", "n", "n"},      {"ow", "ow", "ow"},    {"oy", "oy", "oy"},   {"p", "p", "p"},       {"pau", "sil", "sil"},
    {"pcl", "cl", "sil"},  {"q", "", ""},         {"r", "r", "r"},      {"s", "s", "s"},       {"sh", "sh", "sh"},
    {"t", "t", "t"},       {"tcl", "cl", "sil"},  {"th", "th", "th"},   {"uh", "uh", "uh"},    {"uw", "uw", "uw"},
    {"ux", "uw", "uw"},    {"v", "v", "v"},       {"w", "w", "w"},      {"y", "y", "y"},       {"z", "z", "z"},
    {"zh", "zh", "sh"},
}};

std::string_view name_in(const Folding& entry, PhoneSet set) {
  if (set == PhoneSet::folded48) return entry.of48;
  return set == PhoneSet::folded39 ? entry.of39 : entry.phone;
}

std::optional<std::uint8_t> phone_number(std::string_view name) {
  const auto found = std::find_if(kPhones.begin(), kPhones.end(), [&](const Folding& f) { return f.phone == name; });
  if (found == kPhones.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - kPhones.begin());
}

std::string whole_text(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) fail_data("{}: no such file", path.string());
  std::ifstream file(path, std::ios::binary);
  if (!file || !fs::is_regular_file(path, ignored)) fail_data("{}: cannot be read as a file", path.string());
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || text.find('\0') != std::string::npos) {
    fail_data("{}: is UTF-16 or binary; allowed: plain ASCII text", path.string());
  }
  return text;
}

/// The words of a line; what is beyond the fourth is not looked at.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < 4) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

std::optional<std::uint64_t> whole_number(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

PhoneSegment segment_of(const fs::path& path, std::size_t number, const std::vector<std::string_view>& words) {
  const auto begin = whole_number(words[0]);
  const auto end = words.size() == 3 ? whole_number(words[1]) : std::nullopt;
  if (!begin || !end) {
    fail_data("{}:{}: is not a first sample, an end sample and a phone", path.string(), number);
  }
  const auto phone = phone_number(words[2]);
  if (!phone) fail_data("{}:{}: '{}' is none of TIMIT's 61 phones", path.string(), number, printable(words[2], 20));
  if (*end <= *begin) {
    fail_data("{}:{}: the phone ends at sample {}, not after it begins ({})", path.string(), number, *end, *begin);
  }
  return {*begin, *end, *phone};
}

}  // namespace

std::vector<std::string> phone_names(PhoneSet set) {
  std::vector<std::string> names;
  for (const Folding& entry : kPhones) {
    if (!name_in(entry, set).empty()) names.emplace_back(name_in(entry, set));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Label folded(std::uint8_t phone, PhoneSet set) {
  static const std::array names{phone_names(PhoneSet::timit61), phone_names(PhoneSet::folded48),
                                phone_names(PhoneSet::folded39)};
  require(phone < kPhones.size(), "one of the 61 phones");
  const std::string_view name = name_in(kPhones[phone], set);
  if (name.empty()) return kUnlabelled;
  const std::vector<std::string>& classes = names[static_cast<std::size_t>(set)];
  return static_cast<Label>(std::lower_bound(classes.begin(), classes.end(), name) - classes.begin());
}

std::vector<PhoneSegment> read_phones(const fs::path& path) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // of UTF-8: some editors put it before the text
  std::string text = whole_text(path);
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  std::vector<PhoneSegment> phones;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto words = words_of(std::string_view(text).substr(at, end - at));
    at = end + 1;
    ++number;
    if (words.empty()) continue;
    const PhoneSegment segment = segment_of(path, number, words);
    if (!phones.empty() && segment.begin < phones.back().end) {
      fail_data("{}:{}: the phone begins at sample {}, before the one before it ends ({})", path.string(), number,
                segment.begin, phones.back().end);
    }
    phones.push_back(segment);
  }
  if (phones.empty()) fail_data("{}: there are no phones in this file", path.string());
  return phones;
}

void check_phones_fit(std::span<const PhoneSegment> phones, std::size_t samples, std::uint32_t rate,
                      const fs::path& phn, const fs::path& audio) {
  require(!phones.empty(), "phones");
  const std::uint64_t end = phones.back().end;
  if (end > samples + rate / 40 || end + rate / 2 < samples) {
    fail_data("{}: does not fit its sound: the last phone ends at sample {} and {} has {}", phn.string(), end,
              audio.string(), samples);
  }
}

std::vector<Label> frame_labels(std::span<const PhoneSegment> phones, PhoneSet set, std::size_t frames, std::size_t hop,
                                std::size_t window) {
  std::vector<Label> labels(frames, kUnlabelled);
  auto phone = phones.begin();
  for (std::size_t frame = 0; frame < frames; ++frame) {
    const std::size_t middle = frame * hop + window / 2;
    while (phone != phones.end() && phone->end <= middle) ++phone;
    if (phone != phones.end() && phone->begin <= middle) labels[frame] = folded(phone->phone, set);
  }
  return labels;
}

}  // namespace ohmcarlo
