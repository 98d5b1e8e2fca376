#include "config/data.hpp"

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

/// Whether recordings of the corpus are held out for testing, instead of those of its own split.
bool holds_out_test(Reader& reader, const SpeechSource& corpus) {
  if (corpus.test != TestPart::either) return corpus.test == TestPart::held_out;
  return reader.meaning("data.split", kSplits) == SplitKind::held_out;
}

SpeechOptions read_speech(Reader& reader, const DataSet& set, bool sequences) {
  const auto& corpus = std::get<SpeechSource>(set.source);
  SpeechOptions speech{.set = set.name, .words = corpus.words};
  if (corpus.classes_are_folders && (corpus.words.empty() || reader.has("data.words")))
    speech.words = reader.texts("data.words");
  if (corpus.classes_are_folders && speech.words.size() < 2)
    fail_usage("{}: 'data.words' names {} classes (allowed: two or more)", reader.where("data.words"),
               speech.words.size());
  if (holds_out_test(reader, corpus)) speech.test_share = reader.real("data.test_share");
  if (corpus.labels_frames) speech.phones = reader.meaning("data.phones", kPhoneSets);
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

bool DataOptions::frame_wise() const {
  return speech && labels_frames(speech->set);
}

std::vector<Key> data_keys() {
  using enum KeyType;
  static const std::string kSetHelp = fmt::format("the data set: images, or speech ({})", speech_set_names());
  return {
      {.path = "data.set", .type = text, .words = data_set_names(), .help = kSetHelp},
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
  if (is_speech(data.set))
    data.speech = read_speech(reader, find_data_set(data.set), recurrent || labels_frames(data.set));
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
