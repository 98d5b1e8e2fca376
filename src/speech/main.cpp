// ohmcarlo-speech: speaks lines of text with espeak-ng and says when each phone starts. A program of its own, started
// by `ohmcarlo data` and talking through pipes, because espeak-ng is under the GPL (src/decisions/0007).
//
// At its start it writes one line, "ohmcarlo-speech 1 VERSION", with the version of espeak-ng. It then reads requests,
// one a line, and answers each:
//
//   VOICE <tab> RATE <tab> PITCH <tab> RANGE <tab> TEXT
//       espeak's voice ("en-us+f3"), words a minute (80..450), pitch and pitch range (0..100), UTF-8
//   "SAMPLES PHONES", then PHONES lines "START MNEMONIC", then SAMPLES floats (machine order, full scale 1)
//       16 kHz mono; START in samples; in order of time; the names are espeak's, names with "_" being pauses
//   "error: REASON" instead, if espeak refuses
//
// espeak-ng keeps state between utterances: the same text spoken twice gives different samples. Every request is
// therefore spoken by a child, forked from a parent that is initialised and has never spoken.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include <espeak-ng/speak_lib.h>
#include <fmt/core.h>
#include <samplerate.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int kRate = 16000;  // of what is written

struct Phone {
  int start = 0;  // in samples of espeak's rate
  std::string name;
};

struct Speech {
  std::vector<float> samples;  // at espeak's rate
  std::vector<Phone> phones;
};

struct Request {
  std::string voice, text;
  int rate = 0, pitch = 0, range = 0;
};

Speech spoken;  // espeak's callback has no other place to put it

int collect(short* samples, int count, espeak_EVENT* events) {
  for (; events->type != espeakEVENT_LIST_TERMINATED; ++events)
    if (events->type == espeakEVENT_PHONEME)
      spoken.phones.push_back(
          {events->sample, std::string(events->id.string, strnlen(events->id.string, sizeof events->id.string))});
  if (samples != nullptr)
    for (int i = 0; i < count; ++i) spoken.samples.push_back(static_cast<float>(samples[i]) / 32768.0F);
  return 0;
}

bool parse(const std::string& line, Request& request) {
  std::vector<std::string> fields;
  std::size_t from = 0;
  for (std::size_t tab; fields.size() < 4 && (tab = line.find('\t', from)) != std::string::npos; from = tab + 1)
    fields.push_back(line.substr(from, tab - from));
  if (fields.size() < 4) return false;
  request = {fields[0], line.substr(from), std::atoi(fields[1].c_str()), std::atoi(fields[2].c_str()),
             std::atoi(fields[3].c_str())};
  return true;
}

/// Fills `spoken`. What went wrong, or nothing.
std::string speak(const Request& request) {
  if (espeak_SetVoiceByName(request.voice.c_str()) != EE_OK)
    return fmt::format("no voice '{}' in this espeak-ng", request.voice);
  if (espeak_SetParameter(espeakRATE, request.rate, 0) != EE_OK ||
      espeak_SetParameter(espeakPITCH, request.pitch, 0) != EE_OK ||
      espeak_SetParameter(espeakRANGE, request.range, 0) != EE_OK)
    return "espeak-ng refuses the rate, the pitch or the range";
  if (espeak_Synth(request.text.c_str(), request.text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr,
                   nullptr) != EE_OK ||
      spoken.samples.empty())
    return "espeak-ng made no sound";
  return "";
}

/// Band-limited conversion by libsamplerate: 121 dB of signal to noise, 90 % of the band kept.
std::vector<float> resampled(const std::vector<float>& samples, double ratio) {
  std::vector<float> out(static_cast<std::size_t>(std::ceil(static_cast<double>(samples.size()) * ratio)) + 16);
  SRC_DATA conversion{};
  conversion.data_in = samples.data();
  conversion.input_frames = static_cast<long>(samples.size());
  conversion.data_out = out.data();
  conversion.output_frames = static_cast<long>(out.size());
  conversion.src_ratio = ratio;
  if (src_simple(&conversion, SRC_SINC_MEDIUM_QUALITY, 1) != 0) return {};
  out.resize(static_cast<std::size_t>(conversion.output_frames_gen));
  return out;
}

bool write_all(const void* bytes, std::size_t count) {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = ::write(STDOUT_FILENO, next, count);
    if (written <= 0) return false;
    next += written;
    count -= static_cast<std::size_t>(written);
  }
  return true;
}

bool answer(const std::string& line, int espeak_rate) {
  Request request;
  std::string problem = parse(line, request) ? speak(request) : "not a request";
  const double ratio = static_cast<double>(kRate) / espeak_rate;
  const std::vector<float> samples = problem.empty() ? resampled(spoken.samples, ratio) : std::vector<float>();
  if (problem.empty() && samples.empty()) problem = "the rate cannot be converted";
  std::string head;
  if (!problem.empty()) {
    head = fmt::format("error: {}\n", problem);
  } else {
    head = fmt::format("{} {}\n", samples.size(), spoken.phones.size());
    for (const Phone& phone : spoken.phones)
      head += fmt::format("{} {}\n", std::lround(phone.start * ratio), phone.name);
  }
  return write_all(head.data(), head.size()) && write_all(samples.data(), samples.size() * sizeof(float));
}

}  // namespace

int main() {
  const int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr,
                                     espeakINITIALIZE_PHONEME_EVENTS | espeakINITIALIZE_DONT_EXIT);
  if (rate <= 0) {
    std::cerr << "ohmcarlo-speech: espeak-ng finds no voices (its data are in the package espeak-ng-data)\n";
    return 1;
  }
  espeak_SetSynthCallback(collect);
  const char* data_path = nullptr;
  const std::string greeting = fmt::format("ohmcarlo-speech 1 {}\n", espeak_Info(&data_path));
  if (!write_all(greeting.data(), greeting.size())) return 1;
  for (std::string line; std::getline(std::cin, line);) {
    const pid_t child = ::fork();
    if (child < 0) return 1;
    if (child == 0) ::_exit(answer(line, rate) ? 0 : 1);
    int status = 0;
    if (::waitpid(child, &status, 0) < 0 || status != 0) return 1;
  }
  return 0;
}
