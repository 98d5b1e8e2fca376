#pragma once
// Experiments with the identities that released versions gave them, from results files: what names stored networks and
// lets old files resume must never change.

#include <cstddef>

namespace ohmcarlo {

struct KnownIdentity {
  const char* toml;             ///< the experiment
  const char* data;             ///< sha256 of its data set
  const char* experiment_hash;  ///< of its results file
  std::size_t models;           ///< how many networks it trains
  const char* first_model;      ///< the alphabetically first of their ids
  const char* last_model;
};

inline constexpr KnownIdentity kKnownIdentities[] = {
    {R"(data.set = "fashion-mnist"
data.validation = 5000
experiment.seed = 1
hardware.adc.range = "calibrated"
hardware.cell_bits = 2
hardware.dac.bits = 8
hardware.dac.serial = true
hardware.faults.kind = "mixed"
hardware.faults.rate = 0.005
hardware.g_max = 0.0001
hardware.g_min = 1e-06
hardware.read_noise.model = "gaussian"
hardware.read_noise.sigma = 0.01
hardware.simulate = "arrays"
hardware.tile_columns = 64
hardware.tile_rows = 128
hardware.variation.sigma = 0.03
hardware.weight_bits = 8
network.activation = "relu"
network.architecture = "mlp"
network.hidden = [100]
training.batch = 128
training.epochs = 1
training.learning_rate = 0.001
training.schedule = "cosine"

[sweep]
"hardware.mapping" = ["one-sided", "offset"]
"hardware.adc.bits" = [3, 4, 5, 6, 7, 8, 10])",
     "eee89754d2f5d04bc0e234888ada3bcdc4ba5b1fff180ef91bda0528ae25b623",
     "0f62673138a98c908d97fbf53cac5eeb420bd2f5b16f4f1e1cede9b6c943bde9", 1, "96943756a07c6e0b", "96943756a07c6e0b"},
    {R"(data.set = "mnist"
data.validation = 5000
deployment.in-situ.threshold = 0.01
deployment.in-situ.updates = 600
experiment.seed = 1
hardware.defects.sigma_range = [0.6, 1]
hardware.defects.stuck_share = 0.5
hardware.g_max = 0.001
hardware.g_min = 8.33e-05
hardware.mapping = "mid-point"
hardware.simulate = "arrays"
hardware.variation.clip = "none"
network.activation = "abs"
network.hidden = [100]
training.batch = 128
training.epochs = 1
training.learning_rate = 0.001
training.replicas = 1

[sweep]
"deployment.steps" = [[], ["calibrate"], ["calibrate", "in-situ"]]
"hardware.defects.rate" = [0.05, 0.1, 0.15, 0.2])",
     "d65356c9a153f1f5052087cb68977d722c6a0bb1547c032341382ab1524225b4",
     "85df151de9982ba54280e8500d6d4cbe2187e9f7ea84c1505e33a66cd85d439c", 1, "09ff634319107e93", "09ff634319107e93"},
    {R"(data.set = "mnist"
data.validation = 5000
experiment.seed = 1
hardware.defects.sigma_range = [0.6, 1]
hardware.defects.stuck_share = 0.5
hardware.g_max = 0.001
hardware.g_min = 8.33e-05
hardware.mapping = "one-sided"
hardware.simulate = "arrays"
hardware.variation.clip = "none"
network.activation = "abs"
network.hidden = [100]
training.batch = 128
training.epochs = 1
training.learning_rate = 0.001
training.replicas = 1

[sweep]
"hardware.defects.rate" = [0.05, 0.1, 0.15, 0.2])",
     "d65356c9a153f1f5052087cb68977d722c6a0bb1547c032341382ab1524225b4",
     "894589423eec5bc0990de85c69933788a567909d8570f9512aac96852fa512ae", 1, "09ff634319107e93", "09ff634319107e93"},
    {R"(data.set = "mnist"
data.validation = 5000
deployment.calibrate.reads = 100
deployment.in-situ.threshold = 0.01
deployment.in-situ.updates = 600
experiment.seed = 1
hardware.defects.lifetime = "read"
hardware.defects.sigma_range = [0.6, 1]
hardware.defects.stuck_share = 0.5
hardware.g_max = 0.001
hardware.g_min = 8.33e-05
hardware.mapping = "mid-point"
hardware.simulate = "arrays"
hardware.variation.clip = "none"
network.activation = "abs"
network.hidden = [100]
training.batch = 128
training.epochs = 1
training.learning_rate = 0.001
training.replicas = 1

[sweep]
"deployment.steps" = [[], ["calibrate"], ["calibrate", "in-situ"], ["in-situ"]]
"hardware.defects.rate" = [0.1, 0.2])",
     "d65356c9a153f1f5052087cb68977d722c6a0bb1547c032341382ab1524225b4",
     "ac9ffa64594f46d13482d68c4b5f0993d44723b862dbaf98087730f1f518a5ce", 1, "09ff634319107e93", "09ff634319107e93"},
    {R"(data.set = "fsdd"
data.validation = 270
hardware.adc.bits = 8
hardware.cell_bits = 2
hardware.dac.bits = 8
hardware.dac.serial = true
hardware.read_noise.model = "gaussian"
hardware.read_noise.sigma = 0.01
hardware.simulate = "arrays"
hardware.variation.sigma = 0.02
hardware.weight_bits = 8
network.architecture = "lstm"
network.cells = 64
training.batch = 64
training.epochs = 1
training.learning_rate = 0.003
training.schedule = "cosine")",
     "64ee0b1de227b005b2255ecdf061cad54f1b4aae13437b8c28502f10f2c5cd95",
     "3babc6652f1c7c72b08d67ed835d62a6f2b1239e71b30bc7e07ee194dd9f4351", 1, "8fa89f827d700006", "8fa89f827d700006"},
    {R"(data.set = "fashion-mnist"
data.validation = 5000
experiment.seed = 1
hardware.cell_bits = 2
hardware.weight_bits = 8
network.activation = "relu"
network.architecture = "mlp"
network.hidden = [100]
training.batch = 128
training.epochs = 1
training.irs.after = ["dense1"]
training.irs.pooled = [1]
training.learning_rate = 0.001
training.method = "irs"
training.schedule = "cosine"

[sweep]
"hardware.variation.sigma" = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4])",
     "eee89754d2f5d04bc0e234888ada3bcdc4ba5b1fff180ef91bda0528ae25b623",
     "d9fb6228d21c2a7b7666a0b9962ab52ca00f1e3069232df85a567669121ea71e", 9, "2125a42ad852a4a0", "eec26c3723b9cb93"},
    {R"(data.set = "mnist"
data.validation = 5000
experiment.seed = 1
hardware.adc.bits = 8
hardware.adc.range = "calibrated"
hardware.cell_bits = 7
hardware.dac.bits = 8
hardware.mapping = "signed"
hardware.simulate = "arrays"
hardware.weight_bits = 7
network.architecture = "mlp"
network.hidden = [128, 64, 32]
training.batch = 128
training.epochs = 1
training.learning_rate = 0.001
training.method = "kurtosis"
training.replicas = 1
training.schedule = "cosine"
trials.weight_statistics = true

[sweep]
"training.kurtosis.lambda" = [0, 0.0003, 0.001, 0.005, 0.01, 0.1, 2, 10]
"hardware.variation.sigma" = [0, 0.02, 0.05])",
     "d65356c9a153f1f5052087cb68977d722c6a0bb1547c032341382ab1524225b4",
     "b411d06ca99a0b28f8d01bfc9592d83415aae2eb4a055f81525525dc41213135", 8, "0236b30a93325b4d", "94f2ef442fd68e09"},
    {R"(data.set = "mnist"
data.validation = 5000
experiment.seed = 1
hardware.adc.bits = 8
hardware.adc.range = "calibrated"
hardware.adc.range_from = { "training.kurtosis.lambda" = 0 }
hardware.cell_bits = 7
hardware.dac.bits = 8
hardware.mapping = "signed"
hardware.simulate = "arrays"
hardware.weight_bits = 7
network.architecture = "mlp"
network.hidden = [128, 64, 32]
training.batch = 128
training.epochs = 1
training.learning_rate = 0.001
training.method = "kurtosis"
training.replicas = 1
training.schedule = "cosine"
trials.weight_statistics = true

[sweep]
"training.kurtosis.lambda" = [0, 0.0003, 0.001, 0.005, 0.01, 0.1, 2, 10]
"hardware.variation.sigma" = [0, 0.05])",
     "d65356c9a153f1f5052087cb68977d722c6a0bb1547c032341382ab1524225b4",
     "93b68c0cef5b5e85580103c57ebacf913a95168d7058805da4700e4dd9857319", 8, "0236b30a93325b4d", "94f2ef442fd68e09"},
    {R"(data.set = "mnist"
hardware.adc.bits = 8
hardware.cell_bits = 2
hardware.dac.bits = 8
hardware.dac.serial = true
hardware.read_noise.model = "gaussian"
hardware.read_noise.sigma = 0.01
hardware.simulate = "arrays"
hardware.variation.sigma = 0.02
hardware.weight_bits = 8
network.architecture = "lenet5"
training.crop_padding = 2
training.epochs = 1
training.schedule = "cosine")",
     "d65356c9a153f1f5052087cb68977d722c6a0bb1547c032341382ab1524225b4",
     "b95451790bf43e9fff2d3c6cb473deab1d5b9f9134baa0c857178b64b6a9f308", 1, "51b7cabd30f5fae8", "51b7cabd30f5fae8"},
    {R"(data.set = "mnist"
data.validation = 5000
experiment.seed = 1
hardware.cell_bits = 2
hardware.weight_bits = 8
network.architecture = "mlp"
network.hidden = [128, 64]
training.batch = 128
training.epochs = 1
training.learning_rate = 0.001
training.ovf.beta = 0.001
training.ovf.passes = 3
training.ovf.sigma_step = 0.05
training.replicas = 1
training.schedule = "cosine"

[sweep]
"training.method" = ["plain", "noise-injection", "ovf"]
"training.logit_scale" = [1, 4]
"hardware.variation.sigma" = [0, 0.1, 0.2, 0.3, 0.4])",
     "d65356c9a153f1f5052087cb68977d722c6a0bb1547c032341382ab1524225b4",
     "10f1a627e143b477d799d1fb4fb55d18fa8c8168f54392b849765c55c6255ad5", 17, "0b2672d3e02e63d8", "ff80546ab8f72b03"},
    {R"(data.set = "cifar10"
data.scaling = "published"
data.validation = 4
hardware.variation.sigma = 0.1
network.hidden = []
training.batch = 4
training.epochs = 1)",
     "ad048aef25fbbdcff6f94ddce376a682dbffe64e2e58d940e82dbb492b2c370e",
     "e73b6c59eaab81713f6aece699206ce8f959fadb3df4c679c39706e5339d34f4", 1, "79194a1d96512316", "79194a1d96512316"},
};

}  // namespace ohmcarlo
