#include "config/data.hpp"

#include <array>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/dataset.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kPhoneSets =
    make_words<PhoneSet>({{"61", PhoneSet::timit61}, {"48", PhoneSet::folded48}, {"39", PhoneSet::folded39}});

enum class ScalingKind { unit, published };
constexpr auto kInputScalings =
    make_words<ScalingKind>({{"unit", ScalingKind::unit}, {"published", ScalingKind::published}});

enum class SplitKind { official, held_out };
constexpr auto kSplits = make_words<SplitKind>({{"official", SplitKind::official}, {"held-out", SplitKind::held_out}});

/// The six folders of the wake words.
constexpr std::array kWakeWords = {"alexa", "computer", "jarvis", "smart_mirror", "snowboy", "view_glass"};

SpeechOptions read_speech(Reader& reader, const std::string& set, bool sequences) {
  SpeechOptions speech{.set = set, .words = {}};
  if (set == "kws") speech.words.assign(kWakeWords.begin(), kWakeWords.end());
  if (set == "folder" || (set == "kws" && reader.has("data.words"))) speech.words = reader.texts("data.words");
  if ((set == "kws" || set == "folder") && speech.words.size() < 2)
    fail_usage("{}: 'data.words' names {} classes (allowed: two or more)", reader.where("data.words"),
               speech.words.size());
  if (set == "kws" || set == "folder" ||
      (set == "fsdd" && reader.meaning("data.split", kSplits) == SplitKind::held_out))
    speech.test_share = reader.real("data.test_share");
  if (set == "timit") speech.phones = reader.meaning("data.phones", kPhoneSets);
  if (!sequences) speech.frames = static_cast<std::size_t>(reader.integer("data.frames"));
  speech.mfcc.window_seconds = reader.real("data.window_seconds");
  speech.mfcc.hop_seconds = reader.real("data.hop_seconds");
  speech.mfcc.filters = static_cast<std::uint32_t>(reader.integer("data.filters"));
  speech.mfcc.cepstra = static_cast<std::uint32_t>(reader.integer("data.cepstra"));
  speech.mfcc.delta_window = static_cast<std::uint32_t>(reader.integer("data.delta_window"));
  return speech;
}

}  // namespace

SampleShape DataOptions::shape() const {
  return speech ? speech->shape() : image_shape(set);
}

std::size_t DataOptions::classes() const {
  return speech ? speech->classes() : image_classes(set);
}

std::vector<Key> data_keys() {
  using enum KeyType;
  return {
      {.path = "data.set",
       .type = text,
       .words = {"mnist", "fashion-mnist", "cifar10", "cifar100", "tiny-imagenet", "fsdd", "kws", "folder", "timit"},
       .help = "the data set: images, or speech (fsdd, kws, folder, timit)"},
      {.path = "data.directory",
       .type = text,
       .changes_results = false,
       .sweepable = false,
       .help = "folder of the data set's files; if absent <dir>/<set> for each <dir> in $OHMCARLO_DATA, then the "
               "system's package"},
      {.path = "data.scaling",
       .type = text,
       .fallback = "\"unit\"",
       .words = kInputScalings.all(),
       .help = "how pixels become inputs: divided by 255, or after that less the mean and divided by the sd of each "
               "channel as published for the set"},
      {.path = "data.validation",
       .type = integer,
       .fallback = "5000",
       .low = 0,
       .high = 1e9,
       .words = {"customary"},
       .help = "training images, or recordings, held out for validation, by which models are chosen; customary: those "
               "that a speech corpus names"},
      {.path = "data.words",
       .type = text_list,
       .help = "the classes of folder and kws, each a folder; \"other\" is all further folders"},
      {.path = "data.split",
       .type = text,
       .fallback = "\"official\"",
       .words = kSplits.all(),
       .help = "test speakers of fsdd: every speaker on both sides, or speakers held out for testing"},
      {.path = "data.test_share",
       .type = real,
       .fallback = "0.2",
       .low = Key::kAboveZero,
       .high = 0.999,
       .help = "share of the recordings held out for testing, by speaker where known; folders named train and test go "
               "before it"},
      {.path = "data.phones",
       .type = text,
       .fallback = "\"61\"",
       .words = kPhoneSets.all(),
       .help = "the classes of timit's frames: 61 phones, or folded to 48 or 39"},
      {.path = "data.frames",
       .type = integer,
       .fallback = "50",
       .low = 1,
       .high = 10000,
       .help = "frames around a word that are one input, of speech for a network that takes no sequences"},
      {.path = "data.window_seconds",
       .type = real,
       .fallback = "0.025",
       .low = Key::kAboveZero,
       .high = 1,
       .help = "length of a frame of speech, seconds"},
      {.path = "data.hop_seconds",
       .type = real,
       .fallback = "0.01",
       .low = Key::kAboveZero,
       .high = 1,
       .help = "time from one frame of speech to the next, seconds"},
      {.path = "data.filters",
       .type = integer,
       .fallback = "26",
       .low = 2,
       .high = 256,
       .help = "triangular filters of the mel spectrum of speech"},
      {.path = "data.cepstra",
       .type = integer,
       .fallback = "12",
       .low = 1,
       .high = 255,
       .help = "cepstral coefficients of a frame of speech, to which log energy is added"},
      {.path = "data.delta_window",
       .type = integer,
       .fallback = "2",
       .low = 0,
       .high = 100,
       .help = "frames to each side from which deltas and accelerations of speech features are computed; 0: neither"},
  };
}

std::string read_data_directory(Reader& reader) {
  return reader.has("data.directory") ? reader.text("data.directory") : std::string();
}

DataOptions read_data(Reader& reader, bool recurrent) {
  DataOptions data;
  data.set = reader.text("data.set");
  if (is_speech(data.set)) data.speech = read_speech(reader, data.set, recurrent || data.set == "timit");
  data.name = data.set;
  if (data.speech) data.name += fmt::format(" ({})", sha256(describe(*data.speech)).substr(0, 8));
  data.validation = reader.is_word("data.validation") ? DataOptions::kCustomary : reader.integer("data.validation");
  if (data.validation == DataOptions::kCustomary) (void)reader.text("data.validation");
  if (data.validation == DataOptions::kCustomary && !data.speech)
    fail_usage("{}: 'data.validation' is \"customary\", which only speech has (allowed: a number)",
               reader.where("data.validation"));
  if (!data.speech && reader.meaning("data.scaling", kInputScalings) == ScalingKind::published)
    data.scaling = published_scaling(data.set);
  return data;
}

}  // namespace ohmcarlo
