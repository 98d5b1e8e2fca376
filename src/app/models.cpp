#include <fmt/core.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo {
namespace {

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
    for (const std::string& id : store.list()) try {
        const ModelRecord record = store.load(id).record;
        fmt::print("{}  {:<16} replica {}  validation {:.4f}  clean {:.4f}\n", id, record.method, record.replica,
                   record.validation_accuracy, record.clean_accuracy);
      } catch (const Error& error) {
        fmt::print("{}  damaged\n", id);
      }
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
