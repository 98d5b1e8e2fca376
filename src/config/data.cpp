#include "config/data.hpp"

#include <array>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "config/pick.hpp"
#include "data/dataset.hpp"

namespace ohmcarlo {
namespace {

/// The six folders of the wake words.
constexpr std::array kWakeWords = {"alexa", "computer", "jarvis", "smart_mirror", "snowboy", "view_glass"};

SpeechOptions read_speech(Reader& reader, const std::string& set, bool sequences) {
  SpeechOptions speech{.set = set, .words = {}};
  if (set == "kws") speech.words.assign(kWakeWords.begin(), kWakeWords.end());
  if (set == "folder" || (set == "kws" && reader.has("data.words"))) speech.words = reader.texts("data.words");
  if ((set == "kws" || set == "folder") && speech.words.size() < 2)
    fail_usage("{}: 'data.words' names {} classes (allowed: two or more)", reader.where("data.words"),
               speech.words.size());
  if (set == "kws" || set == "folder" || (set == "fsdd" && reader.text("data.split") == "held-out"))
    speech.test_share = reader.real("data.test_share");
  if (set == "timit")
    speech.phones = pick<PhoneSet>(reader.text("data.phones"),
                                   {{"61", PhoneSet::timit61}, {"48", PhoneSet::folded48}, {"39", PhoneSet::folded39}});
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
  if (!data.speech && reader.text("data.scaling") == "published") data.scaling = published_scaling(data.set);
  return data;
}

}  // namespace ohmcarlo
