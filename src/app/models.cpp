#include <map>
#include <set>

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "experiment/identity.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kLongestLine = 120;  ///< letters of what tells models apart
constexpr std::size_t kLongestValue = 24;  ///< letters of what is listed in full

std::string describe(const StoredModel& model) {
  const ModelRecord& record = model.record;
  std::string text = fmt::format("id        {}\nmethod    {}, replica {}\n", record.id, record.method, record.replica);
  if (record.diverged)
    text += "diverged  its training loss became infinite\n";
  else
    text += fmt::format(
        "epoch     {} of {}\nvalidation accuracy {:.4f}, clean test accuracy {:.4f}, training loss {:.4f}\n",
        record.epoch, model.training_loss.size(), record.validation_accuracy, record.clean_accuracy,
        record.training_loss);
  for (const NamedArray& array : model.arrays) {
    std::string shape;
    for (const std::size_t size : array.shape) shape += fmt::format("{}{}", shape.empty() ? "" : " x ", size);
    text += fmt::format("array     {} [{}]\n", array.name, shape);
  }
  return text + "trained from\n" + record.identity;
}

/// What the models were trained from, where it is not the same for all: keys as results name them, in alphabetical
/// order.
std::set<std::string> differing_keys(const std::vector<Identity>& identities) {
  std::map<std::string, std::set<std::string>> values;  // of every key; none where a model has not read it
  std::map<std::string, std::size_t> times;
  for (const Identity& identity : identities)
    for (const IdentityEntry& entry : identity.entries()) {
      values[entry.subject()].insert(entry.value);
      ++times[entry.subject()];
    }
  std::set<std::string> keys;
  for (const auto& [key, different] : values)
    if (different.size() > 1 || times[key] < identities.size()) keys.insert(key);
  keys.erase("training.method");
  keys.erase("replica");
  return keys;
}

void list_models(const ModelStore& store) {
  std::map<std::string, ModelRecord> records;
  const std::vector<std::string> ids = store.list();
  for (const std::string& id : ids) try {
      records[id] = store.load(id).record;
    } catch (const Error& error) {
      // It is listed below.
    }
  std::vector<Identity> identities;
  for (const auto& [id, record] : records) identities.push_back(parse_identity(record.identity));
  const std::set<std::string> differing = differing_keys(identities);
  for (const std::string& id : ids) {
    if (!records.contains(id)) {
      fmt::print("{}  damaged\n", id);
      continue;
    }
    const ModelRecord& record = records[id];
    std::string apart;
    const Identity identity = parse_identity(record.identity);
    for (const IdentityEntry& entry : identity.entries())
      if (differing.contains(entry.subject()) && apart.size() < kLongestLine) {
        const std::string value = entry.value.size() > kLongestValue ? entry.value.substr(0, 8) + "..." : entry.value;
        apart += fmt::format("  {} {}", entry.subject().substr(entry.subject().rfind('.') + 1), value);
      }
    fmt::print("{}  {:<16} replica {}  validation {:.4f}  clean {:.4f}{}\n", id, record.method, record.replica,
               record.validation_accuracy, record.clean_accuracy, apart);
  }
}

}  // namespace

int models_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("store", po::value<std::string>(),
                                             "directory of the models (default: $OHMCARLO_MODELS, else ./models)");
  const auto values = parse_options("models",
                                    "ohmcarlo models list | show ID | remove ID [options]\n\nThe store of trained "
                                    "networks. It is a cache: what is removed is trained again when needed.",
                                    arguments, options, "ACTION", -1);
  if (!values) return 0;
  const ModelStore store(values->count("store") > 0 ? std::filesystem::path((*values)["store"].as<std::string>())
                                                    : ModelStore::directory_for("results.h5"));
  std::vector<std::string> words;
  if (values->count("ACTION") > 0) words = (*values)["ACTION"].as<std::vector<std::string>>();
  const std::string action = words.empty() ? "" : words.front();
  if (action == "list" && words.size() == 1) {
    list_models(store);
    return 0;
  }
  if ((action == "show" || action == "remove") && words.size() == 2) {
    if (action == "show")
      fmt::print("{}", describe(store.load(words[1])));
    else if (!store.remove(words[1]))
      fail_results("{}: no such model", store.path(words[1]).string());
    return 0;
  }
  fail_usage("models: what to do is missing or unknown (allowed: list, show ID, remove ID)");
}

}  // namespace ohmcarlo
