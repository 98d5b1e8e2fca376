// ohmcarlo data: makes data sets, and features of recordings. Speech is made by espeak-ng, in a program of its own
// (src/decisions/0007).

#include <atomic>
#include <cmath>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "base/signals.hpp"
#include "base/version.hpp"
#include "data/made_speech.hpp"
#include "data/made_text.hpp"
#include "storage/whole_folder.hpp"

namespace ohmcarlo {
namespace {

namespace po = boost::program_options;

constexpr std::string_view kDescription = "made.json";  // also says that a folder was made here
constexpr std::size_t kSpeakers = kAccents * kVocalTracts;

const char* const kUsage =
    "ohmcarlo data make-phones --hours H --out DIR      sentences with phone times, a tree like TIMIT's\n"
    "ohmcarlo data make-keywords --count N --out DIR    five command phrases and others, a folder a class\n"
    "ohmcarlo data features FILE                        the cepstra of a recording, as CSV\n\n"
    "Speech is made by espeak-ng from text of the project's own. The same options give the same bytes. Each has "
    "--help.";

struct MakeOptions {
  std::string out;
  std::uint64_t seed = 1;
  SnrRange snr;
  std::size_t jobs = 1;
  bool overwrite = false;
};

po::options_description common_options(const std::string& snr) {
  po::options_description options("Options");
  options.add_options()("help", "this text")("out", po::value<std::string>(), "folder to make")(
      "seed", po::value<std::int64_t>()->default_value(1), "of all randomness, 0 or more")(
      "snr", po::value<std::vector<double>>()->multitoken(),
      ("LOW HIGH: decibels of speech over white or pink noise, drawn for each recording, 0 to 120 (default: " + snr +
       ")")
          .c_str())("jobs", po::value<std::int64_t>()->default_value(std::max(1U, std::thread::hardware_concurrency())),
                    "processes that speak, 1 to 256; they change nothing but the time")(
      "overwrite", "replace a folder that was made by this command");
  return options;
}

MakeOptions read_common(const po::variables_map& values, const std::string& command, SnrRange snr) {
  MakeOptions options;
  if (values.count("out") == 0) fail_usage("{}: --out is missing (see ohmcarlo {} --help)", command, command);
  options.out = values["out"].as<std::string>();
  if (options.out.empty()) fail_usage("--out: empty (allowed: the name of a folder)");
  const auto seed = values["seed"].as<std::int64_t>(), jobs = values["jobs"].as<std::int64_t>();
  if (seed < 0) fail_usage("--seed {}: not a seed (allowed: 0 to 9223372036854775807)", seed);
  if (jobs < 1 || jobs > 256) fail_usage("--jobs {}: not allowed (allowed: 1 to 256)", jobs);
  options.seed = static_cast<std::uint64_t>(seed);
  options.jobs = static_cast<std::size_t>(jobs);
  options.snr = snr;
  if (values.count("snr") > 0) {
    const auto& given = values["snr"].as<std::vector<double>>();
    if (given.size() != 2 || !(given[0] >= 0 && given[0] <= given[1] && given[1] <= 120))
      fail_usage("--snr: two numbers are needed (allowed: 0 <= LOW <= HIGH <= 120, in dB)");
    options.snr = {given[0], given[1]};
  }
  options.overwrite = values.count("overwrite") > 0;
  return options;
}

std::filesystem::path speech_program() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "ohmcarlo-speech";
}

/// Calls `step` in `jobs` threads, each with a synthesiser of its own, until it returns false everywhere. The first
/// exception ends all and is thrown again; so does a signal, as Error (exit 75).
std::string speak_in_parallel(std::size_t jobs, const std::function<bool(SpeechProcess&)>& step) {
  std::mutex mutex;
  std::exception_ptr problem;
  std::string version;
  std::atomic<bool> stop = false;
  const auto work = [&] {
    try {
      SpeechProcess speech(speech_program());
      {
        const std::scoped_lock lock(mutex);
        version = speech.espeak_version();
      }
      while (!stop && stop_requested() == StopRequest::none && step(speech)) {
      }
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!problem) problem = std::current_exception();
      stop = true;
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < jobs; ++i) threads.emplace_back(work);
  threads.clear();
  // A signal to the whole process group ends the synthesisers first: that is no error of theirs.
  if (stop_requested() != StopRequest::none)
    throw Resumable("stopped by a signal; nothing is kept (the same command makes it again)");
  if (problem) std::rethrow_exception(problem);
  return version;
}

std::string description(const std::string& command, const MakeOptions& options, const std::string& espeak,
                        const std::string& what) {
  return fmt::format(
      "{{\n  \"made_by\": \"ohmcarlo data {}\",\n  \"ohmcarlo_version\": \"{}\",\n  \"git_commit\": \"{}\",\n"
      "  \"espeak_ng_version\": \"{}\",\n  \"seed\": {},\n  \"snr_db\": [{}, {}],\n{}  \"rate_hz\": {}\n}}\n",
      command, version(), git_commit(), espeak, options.seed, options.snr.low_db, options.snr.high_db, what, kMadeRate);
}

/// The sentences of a corpus, in a fixed order, until their recordings add up to the time asked for. Which those are
/// does not depend on who finishes first.
class SentenceList {
 public:
  SentenceList(std::uint64_t seed, double hours, SnrRange snr)
      : seed_(seed), snr_(snr), wanted_(static_cast<std::uint64_t>(std::llround(hours * 3600 * kMadeRate))) {
    // Eight sentences of 3 s each, as long as there are speakers; then more of each.
    const double fives = std::round(hours * 3600 / (3 * 8 * 5));
    speakers_ = made_speakers(seed, 5 * static_cast<std::size_t>(std::clamp(fives, 1.0, kSpeakers / 5.0)));
  }

  /// The next one to record with its index, or nothing if there is enough.
  std::optional<std::pair<std::size_t, RecordingPlan>> next() {
    const std::scoped_lock lock(mutex_);
    if (recorded_ >= wanted_) return std::nullopt;
    const std::size_t index = samples_.size();
    samples_.push_back(0);
    plans_.push_back({seed_, 0, speakers_[index % speakers_.size()], index / speakers_.size(), "", snr_});
    RecordingPlan& plan = plans_.back();
    for (std::uint32_t attempt = 0; plan.text.empty(); ++attempt) {
      Choices choices(text_stream(seed_, 0, plan.speaker, plan.number, attempt));
      const std::string text = made_sentence(choices);
      if (said_.insert(text).second) plan.text = text;
    }
    return std::pair(index, plan);
  }

  void recorded(std::size_t index, std::size_t samples) {
    const std::scoped_lock lock(mutex_);
    samples_[index] = samples;
    while (recorded_ < wanted_ && count_ < samples_.size() && samples_[count_] > 0) {
      const Speaker& speaker = plans_[count_].speaker;
      recorded_ += samples_[count_];
      test_ += speaker.test ? samples_[count_] : 0;
      ++count_;
    }
  }

  /// Where a recording goes, without its ending.
  [[nodiscard]] static std::string name(std::size_t index, const RecordingPlan& plan) {
    return fmt::format("{}/DR{}/{}/SX{}", plan.speaker.test ? "TEST" : "TRAIN", plan.speaker.accent + 1,
                       plan.speaker.name(), index + 1);
  }

  [[nodiscard]] const std::vector<Speaker>& speakers() const { return speakers_; }
  [[nodiscard]] const std::vector<RecordingPlan>& plans() const {
    return plans_;
  }  ///< more than count(): drop the rest
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] double hours() const { return static_cast<double>(recorded_) / kMadeRate / 3600; }
  [[nodiscard]] double test_hours() const { return static_cast<double>(test_) / kMadeRate / 3600; }

 private:
  std::uint64_t seed_;
  SnrRange snr_;
  std::uint64_t wanted_, recorded_ = 0, test_ = 0;  // samples; of the first count_ recordings
  std::size_t count_ = 0;
  std::vector<Speaker> speakers_;
  std::vector<RecordingPlan> plans_;
  std::vector<std::size_t> samples_;  // 0 while it is being recorded
  std::set<std::string> said_;
  std::mutex mutex_;
};

constexpr const char* kPhonesReadme =
    "Made speech in the shape of TIMIT, by espeak-ng: not people. made.json says from what it was made.\n\n"
    "TRAIN|TEST/DR<accent>/<speaker>/SX<n>.WAV   16-bit PCM, mono, 16 kHz (RIFF)\n"
    "                                    .PHN   begin end phone, in samples: 48 of TIMIT's 61 names or so\n"
    "                                    .TXT   0, samples, text\n\n"
    "DR1 to DR8 are espeak-ng's accents en-us, en-us-nyc, en, en-gb-x-rp, en-gb-scotland, en-gb-x-gbclan,\n"
    "en-gb-x-gbcwmd, en-029. A speaker's name is F or M, three letters for the variant (the vocal tract), and the\n"
    "accent's digit. No variant is in TRAIN and in TEST: to hold out speakers for validation, hold out whole variants\n"
    "(the first four characters). No sentence is said twice.\n\n"
    "Borders are espeak-ng's, with stop closures and epenthetic silences found in the clean signal. They are exact "
    "for\n"
    "this synthesiser, which people are not. Vowels with r keep one label (aa, ao, eh, ih, uh); liquids after vowels\n"
    "start late. Never made: ax-h em eng hv nx ux.\n";

int make_phones(const Arguments& arguments) {
  po::options_description visible = common_options("20 40");
  visible.add_options()("hours", po::value<double>(), "of speech, training and test together, 0.01 to 1000");
  const auto values = parse_options(
      "data make-phones",
      "ohmcarlo data make-phones --hours H --out DIR [options]\n\n"
      "Makes phone-aligned speech as TIMIT keeps it: TRAIN and TEST, DR1 to DR8, a folder a speaker, .WAV, .PHN and\n"
      ".TXT. A fifth of up to 480 speakers are for testing; they share no vocal tract with the others, and nobody "
      "says\n"
      "a sentence that another has said. An hour takes 115 MB.",
      arguments, visible, nullptr);
  if (!values) return 0;
  const MakeOptions options = read_common(*values, "data make-phones", {20, 40});
  if (values->count("hours") == 0)
    fail_usage("data make-phones: --hours is missing (see ohmcarlo data make-phones --help)");
  const double hours = (*values)["hours"].as<double>();
  if (!(hours >= 0.01 && hours <= 1000)) fail_usage("--hours {}: not allowed (allowed: 0.01 to 1000)", hours);

  WholeFolder folder(options.out, kDescription, options.overwrite);
  SentenceList list(options.seed, hours, options.snr);
  const std::string espeak = speak_in_parallel(options.jobs, [&](SpeechProcess& speech) {
    const auto next = list.next();
    if (!next) return false;
    const auto& [index, plan] = *next;
    const MadeRecording recording = record_sentence(speech, plan);
    const std::string name = SentenceList::name(index, plan);
    folder.write(name + ".WAV", wav_bytes(recording.samples));
    folder.write(name + ".PHN", phn_text(recording.labels));
    folder.write(name + ".TXT", fmt::format("0 {} {}\n", recording.samples.size(), plan.text));
    list.recorded(index, recording.samples.size());
    return true;
  });
  for (std::size_t i = list.count(); i < list.plans().size(); ++i) {  // begun before there was enough
    const std::filesystem::path path = folder.path() / SentenceList::name(i, list.plans()[i]);
    for (const char* ending : {".WAV", ".PHN", ".TXT"}) std::filesystem::remove(path.string() + ending);
    std::error_code in_use;
    std::filesystem::remove(path.parent_path(), in_use);
    std::filesystem::remove(path.parent_path().parent_path(), in_use);
  }
  folder.write("README.txt", kPhonesReadme);
  folder.write(kDescription,
               description("make-phones", options, espeak,
                           fmt::format("  \"hours_asked_for\": {},\n  \"hours\": {:.6f},\n  \"test_hours\": "
                                       "{:.6f},\n  \"recordings\": {},\n  \"speakers\": {},\n",
                                       hours, list.hours(), list.test_hours(), list.count(), list.speakers().size())));
  folder.publish();
  fmt::print("{}: {:.2f} h of speech ({:.2f} h for testing), {} sentences by {} speakers\n", options.out, list.hours(),
             list.test_hours(), list.count(), list.speakers().size());
  return 0;
}

constexpr const char* kKeywordsReadme =
    "Made speech commands, by espeak-ng: not people. made.json says from what they were made.\n\n"
    "train|test/<class>/<voice>_nohash_<accent>_<n>.wav   16-bit PCM, mono, 16 kHz (RIFF), 1.2 s\n\n"
    "Classes: power-off, i-smart, power-mode, save-me, help-me, and other, which holds single words and short "
    "phrases,\n"
    "some of them close to the five. A voice is F or M and three letters for the variant (the vocal tract). No "
    "variant\n"
    "is in train and in test; data.set = \"folder\" keeps to that, and holds out whole voices for validation.\n";

int make_keywords(const Arguments& arguments) {
  po::options_description visible = common_options("5 25");
  visible.add_options()("count", po::value<std::int64_t>(),
                        "recordings of each class, 5 to 1000000; a fifth for testing");
  const auto values = parse_options(
      "data make-keywords",
      "ohmcarlo data make-keywords --count N --out DIR [options]\n\n"
      "Makes recordings of 1.2 s of the six classes of Jin et al. (2021): Power off, i-Smart, Power mode, Save me, "
      "Help\n"
      "me, and others, each at a random place in noise. train and test share no vocal tract. A thousand of each class\n"
      "take 230 MB.",
      arguments, visible, nullptr);
  if (!values) return 0;
  const MakeOptions options = read_common(*values, "data make-keywords", {5, 25});
  if (values->count("count") == 0)
    fail_usage("data make-keywords: --count is missing (see ohmcarlo data make-keywords --help)");
  const auto count = (*values)["count"].as<std::int64_t>();
  if (count < 5 || count > 1000000) fail_usage("--count {}: not allowed (allowed: 5 to 1000000)", count);

  WholeFolder folder(options.out, kDescription, options.overwrite);
  const std::vector<Speaker> speakers = made_speakers(options.seed, kSpeakers);
  constexpr std::size_t classes = std::size(kKeywordClasses);
  const std::size_t total = classes * static_cast<std::size_t>(count);
  std::atomic<std::size_t> taken = 0;
  const std::string espeak = speak_in_parallel(options.jobs, [&](SpeechProcess& speech) {
    const std::size_t index = taken++;
    if (index >= total) return false;
    const std::size_t kind = index % classes, round = index / classes / kSpeakers;
    const Speaker& speaker = speakers[index / classes % kSpeakers];
    const std::size_t number = round * classes + kind;  // of what this speaker says
    Choices choices(text_stream(options.seed, 1, speaker, number));
    const RecordingPlan plan{options.seed, 1, speaker, number, keyword_text(kind, choices), options.snr};
    const std::string name = speaker.name();  // before "_nohash_" is whom a split keeps together: the vocal tract
    folder.write(fmt::format("{}/{}/{}_nohash_{}_{}.wav", speaker.test ? "test" : "train", kKeywordClasses[kind],
                             name.substr(0, 4), name.substr(4), round),
                 wav_bytes(record_keyword(speech, plan).samples));
    return true;
  });
  folder.write("README.txt", kKeywordsReadme);
  folder.write(kDescription,
               description("make-keywords", options, espeak,
                           fmt::format("  \"recordings_of_a_class\": {},\n  \"classes\": {},\n", count, classes)));
  folder.publish();
  fmt::print("{}: {} recordings of each of {} classes\n", options.out, count, classes);
  return 0;
}

}  // namespace

int data_command(const Arguments& arguments) {
  const std::string what = arguments.empty() ? "" : arguments.front();
  const Arguments rest(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  if (what == "make-phones") return make_phones(rest);
  if (what == "make-keywords") return make_keywords(rest);
  if (what == "features") return features_command(rest);
  if (what == "--help" || what == "-h") {
    fmt::print("{}\n", kUsage);
    return 0;
  }
  fail_usage("data: what to do is missing or unknown (allowed: make-phones, make-keywords, features, --help)");
}

}  // namespace ohmcarlo
