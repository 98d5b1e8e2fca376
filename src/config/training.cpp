#include "config/training.hpp"

#include "base/error.hpp"
#include "config/methods.hpp"
#include "config/refusal.hpp"
#include "training/method.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kOptimizers = make_words<OptimizerKind>({{"adam", OptimizerKind::adam}, {"sgd", OptimizerKind::sgd}});
constexpr auto kWeightRules = make_words<WeightRule>({{"ternary", WeightRule::ternary}});
constexpr auto kSchedules = make_words<ScheduleKind>(
    {{"constant", ScheduleKind::constant}, {"cosine", ScheduleKind::cosine}, {"step", ScheduleKind::step}});

int read_pretrain_epochs(Reader& reader, MethodKind method, bool begun) {
  // Models that were trained before other methods had this key are those of files without it.
  const bool asked = reader.is_written("training.pretrain_epochs") || reader.is_swept("training.pretrain_epochs");
  if (method != MethodKind::crossbar_aware && !asked) return 0;
  const int epochs = static_cast<int>(reader.integer("training.pretrain_epochs"));
  const auto refuse = [&](const std::string& why) { refuse_key(reader, "training.pretrain_epochs", why); };
  if (epochs > 0 && begun) refuse("does not go with weights from a file, which training starts from (allowed: 0)");
  if (epochs > 0 && (method == MethodKind::ste_adc || method == MethodKind::concrete_adc))
    refuse(
        fmt::format("does not go with method \"{}\", whose converters are fitted to the network that training starts "
                    "from; train it first and name it in network.weights (allowed: 0)",
                    entry_of(method).word));
  return epochs;
}

}  // namespace

std::vector<Key> training_keys() {
  using enum KeyType;
  std::vector<Key> keys{
      {.path = "training.method",
       .type = text,
       .fallback = "\"plain\"",
       .words = method_words(),
       .help = "how networks are trained"},
      {.path = "training.epochs",
       .type = integer,
       .fallback = "10",
       .low = 0,
       .high = 1e6,
       .help = "epochs: passes over the training images; 0: weights from a file stay as they are"},
      {.path = "training.pretrain_epochs",
       .type = integer,
       .fallback = "0",
       .low = 0,
       .high = 1e6,
       .help = "epochs of plain training before those of the method, which begins with the best network of these and a "
               "schedule of its own; 0 with weights from a file, and with methods ste-adc and concrete-adc"},
      {.path = "training.batch",
       .type = integer,
       .fallback = "128",
       .low = 1,
       .high = 1e6,
       .help = "images of one optimiser step"},
      {.path = "training.optimizer",
       .type = text,
       .fallback = "\"adam\"",
       .words = kOptimizers.all(),
       .help = "the optimiser of training"},
      {.path = "training.learning_rate",
       .type = real,
       .fallback = "1e-3",
       .low = Key::kAboveZero,
       .high = 1000,
       .help = "learning rate of the first optimiser step"},
      {.path = "training.momentum",
       .type = real,
       .fallback = "0.9",
       .low = 0,
       .high = 0.999999,
       .help = "momentum of optimiser sgd"},
      {.path = "training.weight_decay",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1000,
       .help = "factor of the weight that is added to its gradient (L2)"},
      {.path = "training.schedule",
       .type = text,
       .fallback = "\"constant\"",
       .words = kSchedules.all(),
       .help = "how the learning rate changes over the epochs"},
      {.path = "training.step_epochs",
       .type = integer,
       .fallback = "10",
       .low = 1,
       .high = 1e6,
       .help = "epochs between two reductions of the step schedule"},
      {.path = "training.step_factor",
       .type = real,
       .fallback = "0.1",
       .low = Key::kAboveZero,
       .high = 1,
       .help = "factor of the learning rate at each reduction of the step schedule"},
      {.path = "training.crop_padding",
       .type = integer,
       .fallback = "0",
       .low = 0,
       .high = 64,
       .help = "black pixels around a training image before it is cropped at random"},
      {.path = "training.flip",
       .type = boolean,
       .fallback = "false",
       .help = "whether training images are mirrored at random"},
      {.path = "training.weight_bits",
       .type = integer,
       .low = 1,
       .high = 16,
       .help = "bits of a weight in quantisation-aware training, its sign apart; floats if absent"},
      {.path = "training.weight_rule",
       .type = text,
       .words = kWeightRules.all(),
       .help = "how passes, and the trained network, round weights: ternary, to -s, 0, s by the mean |weight| of a "
               "layer; if absent as training.weight_bits says"},
      {.path = "training.activation_bits",
       .type = integer,
       .low = 1,
       .high = 16,
       .help = "bits of the inputs of layers with weights in quantisation-aware training; floats if absent"},
      {.path = "training.replicas",
       .type = integer,
       .fallback = "1",
       .low = 1,
       .high = 1024,
       .changes_results = false,
       .sweepable = false,
       .help = "independent trainings: the dimension `replica`; of trials.race the most that a value gets"},
  };
  for (Key& key : method_keys()) keys.push_back(std::move(key));
  return keys;
}

std::size_t read_replicas(Reader& reader) {
  return static_cast<std::size_t>(reader.integer("training.replicas"));
}

TrainingOptions read_training(Reader& reader, Reader& tested, bool residual, bool begun, FileCache& files) {
  TrainingOptions training;
  training.method = method_of(reader.text("training.method"));
  training.epochs = static_cast<int>(reader.integer("training.epochs"));
  training.pretrain_epochs = read_pretrain_epochs(reader, training.method, begun);
  if (training.epochs == 0 && !begun)
    fail_usage("{}: 'training.epochs' is 0, but no file holds weights (allowed: with network.file or network.weights)",
               reader.where("training.epochs"));
  training.batch = static_cast<int>(reader.integer("training.batch"));
  training.optimizer = reader.meaning("training.optimizer", kOptimizers);
  training.learning_rate = reader.real("training.learning_rate");
  if (training.optimizer == OptimizerKind::sgd) training.momentum = reader.real("training.momentum");
  training.weight_decay = reader.real("training.weight_decay");
  training.schedule = reader.meaning("training.schedule", kSchedules);
  if (training.schedule == ScheduleKind::step) {
    training.step_epochs = static_cast<int>(reader.integer("training.step_epochs"));
    training.step_factor = reader.real("training.step_factor");
  }
  training.augmentation = {static_cast<int>(reader.integer("training.crop_padding")), reader.boolean("training.flip")};
  if (reader.has("training.weight_bits"))
    training.weight_bits = static_cast<int>(reader.integer("training.weight_bits"));
  if (reader.has("training.weight_rule")) {
    training.weight_rule = reader.meaning("training.weight_rule", kWeightRules);
    if (training.weight_bits > 0) refuse_key(reader, "training.weight_rule", "does not go with training.weight_bits");
  }
  if (reader.has("training.activation_bits"))
    training.activation_bits = static_cast<int>(reader.integer("training.activation_bits"));
  read_method_options({reader, tested, residual, begun, files}, training);
  return training;
}

}  // namespace ohmcarlo
