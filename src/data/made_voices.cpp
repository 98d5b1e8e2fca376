#include "data/made_voices.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

#include "base/error.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

constexpr std::array<std::string_view, kAccents> kAccentNames = {
    "en-us", "en-us-nyc", "en", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029"};

/// Variants of espeak-ng 1.51. Left out: those with an echo, which fills the closures of stops; whispers and croaks;
/// robots; doubles of others. The first is the accent's own voice.
constexpr std::array<std::string_view, kVocalTracts> kVariants = {
    "",      "Alex",   "Andrea", "Andy",   "Annie",   "Denis",  "Diogo",   "Gene",    "Henrique", "Hugo",
    "Jacky", "Lee",    "Mario",  "Mike",   "Nguyen",  "adam",   "anika",   "antonio", "aunty",    "belinda",
    "boris", "caleb",  "david",  "ed",     "edward",  "f1",     "grandma", "grandpa", "gustave",  "iven",
    "iven3", "iven4",  "john",   "klatt2", "klatt3",  "klatt4", "linda",   "m1",      "m3",       "m4",
    "m5",    "m6",     "m7",     "m8",     "marcelo", "max",    "michel",  "miguel",  "norbert",  "paul",
    "pedro", "quincy", "rob",    "robert", "sandro",  "shelby", "steph",   "travis",  "victor",   "zac"};

constexpr std::array<std::string_view, 9> kFemale = {"Andrea", "Annie", "anika",   "aunty", "belinda",
                                                     "f1",     "linda", "grandma", "steph"};

}  // namespace

std::string Speaker::accent_name() const {
  return std::string(kAccentNames.at(accent));
}

std::string Speaker::voice() const {
  const std::string_view variant = kVariants.at(vocal_tract);
  return accent_name() + (variant.empty() ? "" : "+") + std::string(variant);
}

std::string Speaker::name() const {
  const bool female = std::find(kFemale.begin(), kFemale.end(), kVariants.at(vocal_tract)) != kFemale.end();
  std::string name = female ? "F" : "M";
  name += 'A';
  name += static_cast<char>('A' + vocal_tract / 26);
  name += static_cast<char>('A' + vocal_tract % 26);
  return name + static_cast<char>('0' + accent);
}

std::uint32_t Speaker::number() const {
  return static_cast<std::uint32_t>(vocal_tract * kAccents + accent);
}

std::vector<Speaker> made_speakers(std::uint64_t seed, std::size_t count) {
  require(count % 5 == 0 && count <= kAccents * kVocalTracts, "speakers come in fives, 480 at most");
  std::array<std::uint32_t, kVocalTracts> words;
  Stream(seed, {.purpose = Purpose::made_speech, .slice = 31}).words(0, words);
  std::array<std::size_t, kVocalTracts> order;
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(words[a], a) < std::pair(words[b], b); });

  // Along the diagonals of variant x accent: few speakers differ in both.
  constexpr std::size_t tests = kVocalTracts / 5;
  std::vector<Speaker> speakers;
  for (std::size_t i = 0; i < count; ++i) {
    const bool test = i % 5 == 4;
    const std::size_t variants = test ? tests : kVocalTracts - tests;
    const std::size_t index = test ? i / 5 : i / 5 * 4 + i % 5;
    const std::size_t variant = index % variants, round = index / variants;
    speakers.push_back({(variant + round) % kAccents, order[test ? variant : tests + variant], test});
  }
  return speakers;
}

}  // namespace ohmcarlo
