#include "config/data.hpp"

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/dataset.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kPhoneSets =
    make_words<PhoneSet>({{"61", PhoneSet::timit61}, {"48", PhoneSet::folded48}, {"39", PhoneSet::folded39}});

enum class ScalingKind { unit, centred, published };
constexpr auto kInputScalings = make_words<ScalingKind>(
    {{"unit", ScalingKind::unit}, {"centred", ScalingKind::centred}, {"published", ScalingKind::published}});

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

/// Reads which files a set of one's own has and how they lie, and measures its training images.
void read_own_images(Reader& reader, Reader& places, FileCache& files, const OwnFiles& own, DataOptions& data) {
  data.files = own.usual;
  const auto read_name = [&](KeyName key, std::string& name) {
    if (places.has(key) || name.empty()) name = places.text(key);
  };
  read_name("data.training_images", data.files.training.images);
  read_name("data.test_images", data.files.test.images);
  if (own.arrays) {
    read_name("data.training_labels", data.files.training.labels);
    read_name("data.test_labels", data.files.test.labels);
    if (reader.has("data.axes")) data.files.axes = reader.text("data.axes");
    data.files.first_label = reader.integer("data.first_label");
    if (reader.has("data.label_column"))
      data.files.label_column = static_cast<std::size_t>(reader.integer("data.label_column"));
    // Sets that are read otherwise are others.
    data.name +=
        fmt::format(" ({}, labels from {}{})", data.files.axes.empty() ? "hw" : data.files.axes, data.files.first_label,
                    data.files.label_column ? fmt::format(", column {}", *data.files.label_column) : "");
  }
  const std::string directory = find_dataset_directory(data.set, read_data_directory(places)).string();
  const ImageFiles::Names& training = data.files.training;
  const std::string named = fmt::format("{}\n{}\n{}\n{}", data.name, directory, training.images, training.labels);
  auto known = files.image_sets.find(named);
  if (known == files.image_sets.end())
    known = files.image_sets.emplace(named, measure_images(data.set, directory, SetPart::training, data.files)).first;
  data.image_shape = known->second.shape;
  data.image_classes = known->second.classes;
}

std::vector<float> as_floats(const std::vector<double>& numbers) {
  return {numbers.begin(), numbers.end()};
}

/// The shortest decimal numbers that are these floats: 0.1307, not 0.13070000708103180.
std::vector<double> as_decimals(const std::vector<float>& numbers) {
  std::vector<double> decimals;
  for (const float number : numbers) decimals.push_back(std::stod(fmt::format("{}", number)));
  return decimals;
}

/// The scaling of images of `channels`. Identities carry its numbers. They carry the word "unit", which has none, and
/// "published" where it has always stood for the same numbers, so that networks and results of old are found again.
void read_scaling(Reader& reader, const ImageSource& source, std::size_t channels, DataOptions& data) {
  const KeyName key = "data.scaling";
  if (!reader.is_word(key)) {
    const MeanAndSd& given = reader.mean_and_sd(key);
    if (given.mean.size() != channels)
      fail_usage("{}: 'data.scaling' has {} means and sds (allowed: {}, one for each channel of {})",
                 reader.where("data.scaling"), given.mean.size(), channels, data.set);
    data.scaling = {as_floats(given.mean), as_floats(given.sd)};
    return;
  }
  switch (reader.meaning(key, kInputScalings)) {
    case ScalingKind::unit:
      return;
    case ScalingKind::centred:
      data.scaling = {std::vector<float>(channels, 0.5F), std::vector<float>(channels, 0.5F)};
      break;
    case ScalingKind::published:
      if (source.scaling.mean.empty())
        fail_usage(
            "{}: 'data.scaling' is \"published\", but nothing is published for {} (allowed: \"unit\", "
            "\"centred\", or a table {{ mean = [...], sd = [...] }})",
            reader.where("data.scaling"), data.set);
      data.scaling = source.scaling;
      if (!source.scaling_was_other) return;
      data.contents.insert(
          {std::string(key.path()), fmt::format("\"published\" of {}", data.set),
           fmt::format("mean {}, sd {}", fmt::join(data.scaling.mean, " "), fmt::join(data.scaling.sd, " "))});
      break;
  }
  reader.substitute(key, MeanAndSd{as_decimals(data.scaling.mean), as_decimals(data.scaling.sd)});
}

}  // namespace

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
      {.path = "data.training_images",
       .type = text,
       .changes_results = false,
       .sweepable = false,
       .help = "in data.directory: of idx the file of the training images (usually train-images-idx3-ubyte), of npz "
               "FILE.npz or FILE.npz:ARRAY, of images the folder with a folder for each class (usually train)"},
      {.path = "data.training_labels",
       .type = text,
       .changes_results = false,
       .sweepable = false,
       .help = "their labels, of idx (usually train-labels-idx1-ubyte) and npz"},
      {.path = "data.test_images",
       .type = text,
       .changes_results = false,
       .sweepable = false,
       .help = "the same of the test images (usually t10k-images-idx3-ubyte, or the folder test)"},
      {.path = "data.test_labels",
       .type = text,
       .changes_results = false,
       .sweepable = false,
       .help = "their labels, of idx (usually t10k-labels-idx1-ubyte) and npz"},
      {.path = "data.axes",
       .type = text,
       .words = {"hw", "wh", "hwc", "chw", "whc", "cwh"},
       .help = "the axes of an array of images after their count, of idx and npz: height, width and channels in the "
               "order of the file; if absent hw (EMNIST: wh)"},
      {.path = "data.first_label",
       .type = integer,
       .fallback = "0",
       .low = -1e9,
       .high = 1e9,
       .help = "the label of the first class, of idx and npz (the letters of EMNIST: 1)"},
      {.path = "data.label_column",
       .type = integer,
       .low = 0,
       .high = 65535,
       .help = "which label of an image is its class where an image has a row of them, of idx and npz (QMNIST: 0)"},
      {.path = "data.scaling",
       .type = mean_and_sd,
       .fallback = "\"unit\"",
       .words = kInputScalings.all(),
       .help = "how pixels become inputs: divided by 255 (unit), and after that less the mean and divided by the sd of "
               "each channel: those given, those published for the set, or 0.5 and 0.5 (centred: -1 to 1)"},
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

DataOptions read_data(Reader& reader, Reader& places, FileCache& files, bool recurrent) {
  DataOptions data;
  data.set = reader.text("data.set");
  const DataSet& set = find_data_set(data.set);
  data.name = data.set;
  const auto* images = std::get_if<ImageSource>(&set.source);
  if (images == nullptr) {
    data.speech = read_speech(reader, set, recurrent || labels_frames(data.set));
    data.name += fmt::format(" ({})", sha256(describe(*data.speech)).substr(0, 8));
  } else if (images->own) {
    read_own_images(reader, places, files, *images->own, data);
  } else {
    data.image_shape = images->shape;
    data.image_classes = images->classes;
  }
  data.validation = reader.is_word("data.validation") ? DataOptions::kCustomary : reader.integer("data.validation");
  if (data.validation == DataOptions::kCustomary) (void)reader.text("data.validation");
  if (data.validation == DataOptions::kCustomary && !data.speech)
    fail_usage("{}: 'data.validation' is \"customary\", which only speech has (allowed: a number)",
               reader.where("data.validation"));
  if (images != nullptr) read_scaling(reader, *images, data.image_shape.channels, data);
  return data;
}

}  // namespace ohmcarlo
