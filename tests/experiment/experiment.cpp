#include "experiment/experiment.hpp"

#include "data/idx_files.hpp"
#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace experiment_test {

using testing::HasSubstr;

const std::string kData = "data.set = \"mnist\"\n";
const std::string kSigmas = kData + "[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n";
const std::string kBoth = kSigmas + "\"training.method\" = [\"plain\", \"noise-injection\"]\n";

TEST(Experiment, PointsRunOverTheSweepWithTheLastAxisFastest) {
  const Experiment experiment = experiment_of(kBoth, {"training.replicas=3", "trials.count=20"});
  EXPECT_EQ(experiment.shape.replicas, 3U);
  EXPECT_EQ(experiment.shape.trials, 20U);
  ASSERT_EQ(experiment.points.size(), 4U);
  const double sigmas[] = {0.1, 0.1, 0.2, 0.2};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(experiment.points[i].hardware.variation.sigma, sigmas[i]);
    EXPECT_EQ(experiment.points[i].training.method, i % 2 == 0 ? MethodKind::plain : MethodKind::noise_injection);
  }
  EXPECT_EQ(experiment.points[1].label(experiment.shape), "sigma 0.1, method noise-injection");
}

TEST(Experiment, WithoutASweepHasOnePoint) {
  const Experiment experiment = experiment_of(kData);
  ASSERT_EQ(experiment.points.size(), 1U);
  EXPECT_EQ(experiment.points[0].label(experiment.shape), "the only point");
  EXPECT_EQ(experiment.shape.trials, 100U);
  EXPECT_EQ(experiment.points[0].data.validation, 5000);
  EXPECT_EQ(experiment.points[0].network.hidden, std::vector<Index>{100});
  EXPECT_EQ(experiment.points[0].training.learning_rate, 1e-3);
  EXPECT_EQ(experiment.points[0].hardware.variation.sigma, 0);
  EXPECT_EQ(experiment.points[0].hardware.variation.cells(), 1);
}

TEST(Experiment, FoldingIsRefusedWhereNoWeightLayerCanTakeANormalisationOver) {
  const std::string fold = kData + "network.architecture = \"list\"\nhardware.fold_normalisation = true\n";
  EXPECT_NO_THROW((void)experiment_of(fold + "network.layers = [\"conv 4\", \"norm\", \"relu\", \"dense classes\"]\n"));
  try {
    (void)experiment_of(fold + "network.layers = [\"conv 4\", \"relu\", \"norm\", \"dense classes\"]\n");
    FAIL() << "a rectifier cannot take a normalisation over";
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    EXPECT_THAT(error.what(), HasSubstr("layer norm1"));
  }
}

TEST(Experiment, EveryKeyReachesItsOption) {
  const Experiment experiment = experiment_of(
      "experiment.name = \"n\"\nexperiment.seed = 7\ndata.set = \"fashion-mnist\"\ndata.validation = 11\n"
      "data.directory = \"d\"\nnetwork.hidden = [5, 6]\nnetwork.activation = \"abs\"\n"
      "storage.checkpoint_seconds = 2\n[training]\nmethod = \"noise-injection\"\nepochs = 2\nbatch = 3\n"
      "optimizer = \"sgd\"\nlearning_rate = 0.25\nmomentum = 0.5\nweight_decay = 0.125\nschedule = \"step\"\n"
      "step_epochs = 4\nstep_factor = 0.75\nnoise_sigma = 0.3\nvalidation_chips = 9\n[hardware]\nweight_bits = 6\n"
      "cell_bits = 3\n[hardware.variation]\nsigma = 0.2\nsampler = \"cells\"\n");
  EXPECT_EQ(experiment.name, "n");
  EXPECT_EQ(experiment.seed, 7U);
  EXPECT_EQ(experiment.checkpoint_seconds, 2);
  const Point& point = experiment.points.front();
  EXPECT_EQ(point.data.set, "fashion-mnist");
  EXPECT_EQ(point.data.directory, "d");
  EXPECT_EQ(point.data.validation, 11);
  EXPECT_EQ(point.network.hidden, (std::vector<Index>{5, 6}));
  EXPECT_EQ(point.network.activation, "abs");
  const TrainingOptions& training = point.training;
  EXPECT_EQ(training.epochs, 2);
  EXPECT_EQ(training.batch, 3);
  EXPECT_EQ(training.optimizer, OptimizerKind::sgd);
  EXPECT_EQ(training.learning_rate, 0.25);
  EXPECT_EQ(training.momentum, 0.5);
  EXPECT_EQ(training.weight_decay, 0.125);
  EXPECT_EQ(training.schedule, ScheduleKind::step);
  EXPECT_EQ(training.step_epochs, 4);
  EXPECT_EQ(training.step_factor, 0.75);
  EXPECT_EQ(training.noise.sigma, 0.3);
  EXPECT_EQ(training.noise.weight_bits, 6);
  EXPECT_EQ(training.noise.cell_bits, 3);
  EXPECT_EQ(training.validation_chips, 9);
  EXPECT_EQ(point.hardware.variation.sigma, 0.2);
  EXPECT_EQ(point.hardware.variation.sampler, Sampler::cells);
  EXPECT_EQ(point.hardware.variation.weight_bits, 6);
  EXPECT_EQ(point.hardware.variation.cell_bits, 3);
}

TEST(Experiment, ChipsAreTheSameAtEveryPointUnlessTold) {
  const Experiment common = experiment_of(kSigmas);
  EXPECT_EQ(common.points[0].chip_key, common.points[1].chip_key);
  EXPECT_EQ(common.points[0].chip_key, common.seed);
  const Experiment apart = experiment_of(kSigmas, {"trials.common_random_numbers=false"});
  EXPECT_NE(apart.points[0].chip_key, apart.points[1].chip_key);
  EXPECT_NE(apart.points[0].chip_key, common.seed);
  // A value's key does not depend on the values beside it.
  const Experiment more =
      experiment_of(kSigmas, {"trials.common_random_numbers=false", "hardware.variation.sigma=[0.05, 0.2]"});
  EXPECT_EQ(more.points[1].chip_key, apart.points[1].chip_key);
}

TEST(Experiment, KeysThatNoPointReadsAreRefused) {
  EXPECT_EQ(refused(kData + "training.momentum = 0.5\n"),
            "a.toml:2: no point of this experiment reads 'training.momentum' (momentum of optimiser sgd); remove it, "
            "or set training.optimizer = \"sgd\"");
  EXPECT_THAT(
      refused(kData + "training.noise_sigma = 0.5\n"),
      HasSubstr("a.toml:2: no point of this experiment reads 'training.noise_sigma' (sigma of the weight noise"));
  EXPECT_THAT(refused(kData + "training.step_factor = 0.5\n"), HasSubstr("reads 'training.step_factor'"));
  EXPECT_THAT(refused(kData + "[sweep]\ntraining.noise_sigma = [0.1, 0.2]\n"),
              HasSubstr("a.toml:3: no point of this experiment reads 'training.noise_sigma'"));
}

TEST(Experiment, KeysThatSomePointReadsAreAccepted) {
  EXPECT_EQ(experiment_of(kData + "training.momentum = 0.5\n[sweep]\ntraining.optimizer = [\"adam\", \"sgd\"]\n")
                .points[1]
                .training.momentum,
            0.5);
  EXPECT_EQ(experiment_of(kBoth, {"training.noise_sigma=0.5"}).points[1].training.noise.sigma, 0.5);
  EXPECT_EQ(experiment_of(kData + "training.optimizer = \"sgd\"\ntraining.momentum = 0.5\n").points.size(), 1U);
}

TEST(Experiment, SlicedCellsNeedTheBitsOfTheWeight) {
  EXPECT_EQ(refused(kData + "hardware.cell_bits = 2\n"),
            "a.toml:2: 'hardware.cell_bits' needs 'hardware.weight_bits' as well");
  EXPECT_EQ(refused(kData + "hardware.weight_bits = 2\nhardware.cell_bits = 4\n"),
            "a.toml:3: 'hardware.cell_bits' is 4 (allowed: at most hardware.weight_bits, 2)");
  EXPECT_EQ(experiment_of(kData + "hardware.weight_bits = 8\nhardware.cell_bits = \"analog\"\n")
                .points[0]
                .hardware.variation.cells(),
            1);
}

TEST(Experiment, TooManyPointsOrChipsAreRefused) {
  EXPECT_EQ(
      refused(kData + "[sweep]\ntraining.batch = { start = 1, stop = 100000, step = 1 }\ntraining.epochs = { start "
                      "= 1, stop = 100000, step = 1 }\n"),
      "a.toml: the experiment is too large (allowed: 1000000 points and 200000000 chips in all)");
  EXPECT_EQ(refused(kData + "trials.count = 4194304\ntraining.replicas = 1024\n"),
            "a.toml: the experiment is too large (allowed: 1000000 points and 200000000 chips in all)");
}

TEST(Axes, KeepTheirTypeUnlessItIsMixed) {
  const Experiment experiment = experiment_of(
      kData +
          "[sweep]\ntraining.batch = [32, 64]\ntraining.noise_sigma = [\"tested\", 0.1]\ntraining.method = "
          "[\"noise-injection\"]\nnetwork.hidden = [[50], [20, 10]]\nhardware.cell_bits = [\"analog\", 2]\n",
      {"hardware.weight_bits=8"});
  const std::vector<Axis>& axes = experiment.shape.axes;
  EXPECT_EQ(axes[0].values, (std::vector<AxisValue>{std::int64_t{32}, std::int64_t{64}}));
  EXPECT_EQ(axes[1].values, (std::vector<AxisValue>{std::string("tested"), std::string("0.1")}));
  EXPECT_EQ(axes[3].values, (std::vector<AxisValue>{std::string("[50]"), std::string("[20, 10]")}));
  EXPECT_EQ(axes[4].values, (std::vector<AxisValue>{std::string("analog"), std::string("2")}));
}

std::string identity(const Experiment& experiment, std::size_t point, std::size_t replica = 0,
                     const std::string& data = "hash") {
  return model_identity(experiment, experiment.points[point], replica, data).text();
}

// The text itself, so that a change of what names a model is never an accident: all stored models would be lost.
TEST(ModelIdentity, IsTheTextOfWhatTrainingReads) {
  const Experiment experiment = experiment_of(kBoth, {"hardware.weight_bits=8", "hardware.cell_bits=2"});
  EXPECT_EQ(identity(experiment, 3, 2),
            "data.scaling = \"unit\"\ndata.set = \"mnist\"\ndata.validation = 5000\nhardware.cell_bits = "
            "2\nhardware.weight_bits = 8\n"
            "network.activation = \"relu\"\nnetwork.architecture = \"mlp\"\nnetwork.hidden = [100]\n"
            "training.batch = 128\ntraining.crop_padding = 0\ntraining.epochs = 10\ntraining.flip = "
            "false\ntraining.learning_rate = 0.001\ntraining.logit_scale = 1\n"
            "training.method = \"noise-injection\"\ntraining.noise = \"gaussian\"\ntraining.noise_sigma = 0.2\n"
            "training.optimizer = \"adam\"\ntraining.schedule = \"constant\"\ntraining.validation_chips = 4\n"
            "training.weight_decay = 0\ndata = hash\nseed = 1\nreplica = 2\nnumerics = 1\n");
  EXPECT_EQ(identity(experiment, 0),
            "data.scaling = \"unit\"\ndata.set = \"mnist\"\ndata.validation = 5000\nnetwork.activation = \"relu\"\n"
            "network.architecture = \"mlp\"\nnetwork.hidden = [100]\ntraining.batch = 128\ntraining.crop_padding = 0\n"
            "training.epochs = 10\ntraining.flip = false\n"
            "training.learning_rate = 0.001\ntraining.logit_scale = 1\ntraining.method = \"plain\"\ntraining.optimizer "
            "= \"adam\"\n"
            "training.schedule = \"constant\"\ntraining.weight_decay = 0\ndata = hash\nseed = 1\nreplica = 0\n"
            "numerics = 1\n");
}

TEST(ModelIdentity, PlainTrainingSharesOneModelOverAllHardware) {
  const Experiment experiment =
      experiment_of(kData +
                    "hardware.weight_bits = 8\n[sweep]\nhardware.variation.sigma = [0.1, 0.2]\n"
                    "hardware.cell_bits = [\"analog\", 2]\nhardware.variation.sampler = [\"weight\", \"cells\"]\n");
  ASSERT_EQ(experiment.points.size(), 8U);
  for (std::size_t point = 1; point < 8; ++point) {
    EXPECT_EQ(identity(experiment, point), identity(experiment, 0));
    EXPECT_NE(experiment.points[point].chip_settings, experiment.points[0].chip_settings);
  }
  EXPECT_EQ(identity(experiment_of(kData), 0), identity(experiment, 0));
}

TEST(ModelIdentity, TestedNoiseHasOneModelForEverySigma) {
  const Experiment experiment = experiment_of(kSigmas, {"training.method=noise-injection"});
  EXPECT_NE(identity(experiment, 0), identity(experiment, 1));
  // What the file said does not matter, only the number.
  EXPECT_EQ(identity(experiment, 0),
            identity(experiment_of(kSigmas, {"training.method=noise-injection", "training.noise_sigma=0.1"}), 1));
}

TEST(ModelIdentity, FixedNoiseSharesOneModelOverAllSigmas) {
  const Experiment experiment = experiment_of(kSigmas, {"training.method=noise-injection", "training.noise_sigma=0.3"});
  EXPECT_EQ(identity(experiment, 0), identity(experiment, 1));
}

TEST(ModelIdentity, TheSamplerOfChipsIsNotReadByTraining) {
  const std::vector<std::string> noisy = {"training.method=noise-injection", "hardware.variation.sampler=cells"};
  EXPECT_EQ(identity(experiment_of(kSigmas, noisy), 0), identity(experiment_of(kSigmas, {noisy[0]}), 0));
}

TEST(ModelIdentity, CountsNamesAndPathsDoNotEnter) {
  const Experiment one = experiment_of(kData);
  const Experiment other =
      experiment_of(kData, {"experiment.name=x", "trials.count=3", "training.replicas=5", "data.directory=/d",
                            "storage.checkpoint_seconds=1", "trials.common_random_numbers=false"});
  EXPECT_EQ(identity(one, 0), identity(other, 0));
}

TEST(ModelIdentity, ADefaultThatIsWrittenOutChangesNothing) {
  EXPECT_EQ(identity(experiment_of(kData, {"training.epochs=10", "training.logit_scale=1"}), 0),
            identity(experiment_of(kData), 0));
}

TEST(ModelIdentity, SeedReplicaDataAndEveryTrainingKeyEnter) {
  const std::string here = identity(experiment_of(kData), 0);
  EXPECT_NE(identity(experiment_of(kData), 0, 1), here);
  EXPECT_NE(identity(experiment_of(kData), 0, 0, "other"), here);
  for (const std::string set : {"experiment.seed=2", "data.set=fashion-mnist", "data.validation=1", "network.hidden=[]",
                                "network.activation=abs", "training.method=noise-injection", "training.epochs=3",
                                "training.batch=3", "training.optimizer=sgd", "training.learning_rate=1",
                                "training.weight_decay=1", "training.schedule=cosine", "training.logit_scale=2"})
    EXPECT_NE(identity(experiment_of(kData, {set}), 0), here) << set;
}

TEST(ExperimentIdentity, CountsNamesPathsAndSweptValuesDoNotEnter) {
  const Experiment one = experiment_of(kSigmas);
  const Experiment other =
      experiment_of(kSigmas, {"hardware.variation.sigma=[0.1, 0.15, 0.2]", "experiment.name=x", "trials.count=3",
                              "training.replicas=5", "data.directory=/d", "storage.checkpoint_seconds=1"});
  EXPECT_EQ(experiment_identity(one, "d"), experiment_identity(other, "d"));
  EXPECT_EQ(experiment_identity(one, "d").text(),
            "data.set = \"mnist\"\nsweep hardware.variation.sigma\ndata = d\nnumerics = 1\n");
}

TEST(ExperimentIdentity, WrittenDefaultsAreNoDifference) {
  EXPECT_EQ(experiment_identity(experiment_of(kSigmas), "d"),
            experiment_identity(experiment_of(kSigmas, {"experiment.seed=1", "training.epochs=10",
                                                        "hardware.cell_bits=analog", "network.hidden=[100]"}),
                                "d"));
}

TEST(ExperimentIdentity, SeedEpochsHardwareAxesAndDataEnter) {
  const Identity here = experiment_identity(experiment_of(kSigmas), "d");
  EXPECT_NE(experiment_identity(experiment_of(kSigmas), "other"), here);
  for (const std::string set :
       {"experiment.seed=2", "training.epochs=3", "hardware.variation.sampler=cells", "hardware.weight_bits=8",
        "trials.common_random_numbers=false", "training.batch=[32, 64]", "hardware.variation.sigma=0.1"})
    EXPECT_NE(experiment_identity(experiment_of(kSigmas, {set}), "d"), here) << set;
}

// Only where groups are on arrays: of chips for results, of training for models.
TEST(Identities, SayThatGroupsOnArraysAreApart) {
  const auto says = [](const std::string& text) {
    return text.find("groups_on_arrays = apart\n") != std::string::npos;
  };
  const auto layers = [](const std::string& groups) {
    return kData + "network.architecture = \"list\"\nnetwork.layers = [\"conv 4\", \"relu\", \"conv 4 groups " +
           groups + "\", \"flatten\", \"dense classes\"]\n";
  };
  const std::string arrays = "hardware.simulate = \"arrays\"\n";
  const std::string noisy = "training.method = \"noise-injection\"\nhardware.variation.sigma = 0.1\n";
  struct Case {
    std::string toml;
    bool results, model;
  };
  const std::string programmed = "training.noise = \"hardware\"\n";
  for (const Case& c :
       {Case{layers("2"), false, false}, Case{layers("1") + arrays, false, false},
        Case{layers("2") + arrays, true, false}, Case{layers("2") + arrays + noisy, true, false},
        Case{layers("2") + arrays + noisy + programmed, true, true},
        Case{layers("1") + arrays + noisy + programmed, false, false}, Case{layers("2") + noisy, false, false}}) {
    const Experiment experiment = experiment_of(c.toml);
    EXPECT_EQ(says(experiment_identity(experiment, "d").text()), c.results) << c.toml;
    EXPECT_EQ(says(identity(experiment, 0)), c.model) << c.toml;
  }
}

// Files that exist were evaluated by the processor, and say nothing of it.
TEST(ExperimentIdentity, ADeviceEntersAndTheProcessorDoesNot) {
  Experiment experiment = experiment_of(kSigmas);
  const Identity processor = experiment_identity(experiment, "d");
  EXPECT_EQ(device_of(processor), "cpu");
  const Identity model = model_identity(experiment, experiment.points.front(), 0, "d");
  experiment.device = "cuda";
  const Identity device = experiment_identity(experiment, "d");
  EXPECT_EQ(device_of(device), "cuda");
  EXPECT_EQ(device.text(), processor.text() + "device = cuda\n");
  EXPECT_EQ(device_of(parse_identity(device.text())), "cuda");
  EXPECT_EQ(model_identity(experiment, experiment.points.front(), 0, "d"), model);
}

TEST(ExperimentIdentity, TheOrderOfTheAxesEnters) {
  const std::string turned =
      kData + "[sweep]\n\"training.method\" = [\"plain\", \"noise-injection\"]\n\"hardware.variation.sigma\" = [0.1]\n";
  EXPECT_NE(experiment_identity(experiment_of(kBoth), "d"), experiment_identity(experiment_of(turned), "d"));
}

TEST(Experiment, EveryKeyOfAMethodReachesItsOption) {
  const TrainingOptions steps =
      experiment_of(kData +
                    "[training]\nmethod = \"ovf\"\nnoise_sigma = 0.3\nvalidation_chips = 9\n[training.ovf]\n"
                    "beta = 0.5\npasses = 2\nsigma_step = 0.125\n")
          .points[0]
          .training;
  EXPECT_EQ(steps.method, MethodKind::ovf);
  EXPECT_EQ(steps.noise.sigma, 0.3);
  EXPECT_EQ(steps.validation_chips, 9);
  EXPECT_EQ(steps.ovf.beta, 0.5);
  EXPECT_EQ(steps.ovf.passes, 2);
  EXPECT_EQ(steps.ovf.schedule, OvfSchedule::steps);
  EXPECT_EQ(steps.ovf.sigma_step, 0.125);
  const TrainingOptions range =
      experiment_of(
          "data.set = \"cifar10\"\nnetwork.architecture = \"resnet18\"\n[training]\nmethod = \"ovf\"\n"
          "[training.ovf]\nschedule = \"range\"\nstart = 0.5\nend = 3.0\ncoverage = \"coded\"\n")
          .points[0]
          .training;
  EXPECT_EQ(range.ovf.schedule, OvfSchedule::range);
  EXPECT_EQ(range.ovf.start, 0.5);
  EXPECT_EQ(range.ovf.end, 3);
  EXPECT_EQ(range.ovf.coverage, OvfCoverage::coded);
  const TrainingOptions sides =
      experiment_of(
          "data.set = \"cifar10\"\nnetwork.architecture = \"lenet5\"\n[training]\nmethod = \"irs\"\nnoise_sigma = 0.3\n"
          "[training.irs]\nbeta = 0.5\nafter = [\"relu1\", \"pool2\"]\npooled = [7, 2]\nhidden = 33\n")
          .points[0]
          .training;
  EXPECT_EQ(sides.method, MethodKind::irs);
  EXPECT_EQ(sides.noise.sigma, 0.3);
  EXPECT_EQ(sides.irs.beta, 0.5);
  EXPECT_EQ(sides.irs.hidden, 33);
  ASSERT_EQ(sides.irs.heads.size(), 2U);
  EXPECT_EQ(sides.irs.heads[1].after, "pool2");
  EXPECT_EQ(sides.irs.heads[1].pooled, 2);
  for (const auto& [network, heads] : {std::pair{"vgg8", 3U}, std::pair{"resnet18", 4U}})
    EXPECT_EQ(experiment_of(fmt::format("data.set = \"cifar10\"\nnetwork.architecture = \"{}\"\n", network),
                            {"training.method=irs"})
                  .points[0]
                  .training.irs.heads.size(),
              heads);
  const TrainingOptions kure =
      experiment_of(kData + "training.method = \"kure\"\n[training.kurtosis]\nlambda = 2\ntarget = 2.5\n")
          .points[0]
          .training;
  EXPECT_EQ(kure.method, MethodKind::kure);
  EXPECT_EQ(kure.kurtosis.lambda, 2);
  EXPECT_EQ(kure.kurtosis.target, 2.5);
  EXPECT_EQ(experiment_of(kData + "training.method = \"kurtosis\"\n").points[0].training.kurtosis.lambda, 1e-3);
  for (const std::string method : {"plain", "noise-injection"})
    EXPECT_EQ(experiment_of(kData + "training.logit_scale = 4\n", {"training.method=" + method})
                  .points[0]
                  .training.logit_scale,
              4);
}

TEST(Experiment, KeysOfOtherMethodsAreRefused) {
  const auto unread = [](const std::string& key) {
    return HasSubstr("a.toml:2: no point of this experiment reads '" + key);
  };
  EXPECT_THAT(refused(kData + "training.logit_scale = 4\n", {"training.method=ovf"}), unread("training.logit_scale"));
  EXPECT_THAT(refused(kData + "training.ovf.beta = 1\n"), unread("training.ovf.beta"));
  EXPECT_THAT(refused(kData + "training.ovf.end = 1\n", {"training.method=ovf"}), unread("training.ovf.end"));
  EXPECT_THAT(refused(kData + "training.kurtosis.target = 2\n", {"training.method=kurtosis"}),
              unread("training.kurtosis.target"));
  // Without residual blocks there is nothing that the authors' code leaves out.
  EXPECT_THAT(refused(kData + "training.ovf.coverage = \"coded\"\n", {"training.method=ovf"}),
              unread("training.ovf.coverage"));
  EXPECT_THAT(refused(kData + "training.irs.beta = 1\n"), unread("training.irs.beta"));
  const auto with_heads = [](const std::string& keys) { return refused(kData + "training.method = \"irs\"\n" + keys); };
  EXPECT_THAT(with_heads(""), HasSubstr("a.toml:2: method \"irs\" needs 'training.irs.after'"));
  EXPECT_THAT(with_heads("training.irs.after = [\"relu9\"]\ntraining.irs.pooled = [1]\n"),
              HasSubstr("the network has no layer \"relu9\""));
  EXPECT_THAT(with_heads("training.irs.after = [\"relu1\"]\ntraining.irs.pooled = [1, 2]\n"),
              HasSubstr("a.toml:3: 1 layers in 'training.irs.after', but 2 sizes in 'training.irs.pooled'"));
  EXPECT_THAT(refused(kData + "training.noise = \"hardware\"\n", {"training.method=irs", "hardware.simulate=arrays"}),
              HasSubstr("method \"irs\" takes \"gaussian\" only"));
  EXPECT_THAT(refused(kData + "training.noise = \"hardware\"\n", {"training.method=ovf", "hardware.simulate=arrays"}),
              HasSubstr("a.toml:2: 'training.noise' is \"hardware\", which has no sigma that method \"ovf\" could"));
}

TEST(Experiment, RangesOfAnotherPointAreThoseOfSweptTrainingKeys) {
  const std::string arrays = kData + "training.method = \"kurtosis\"\nhardware.simulate = \"arrays\"\n";
  const std::string converters = arrays + "hardware.adc.bits = 8\n";
  const std::string sweep =
      "[sweep]\n\"training.kurtosis.lambda\" = [0.0, 1.0]\n\"hardware.variation.sigma\" = [0.0, 0.1]\n";
  const auto from = [](const std::string& table) { return "hardware.adc.range_from = " + table + "\n"; };
  for (const std::string written : {"{ \"training.kurtosis.lambda\" = 0.0 }", "{ training.kurtosis.lambda = 0 }"}) {
    const Experiment experiment = experiment_of(converters + from(written) + sweep);
    EXPECT_EQ(experiment.points[0].range_point, std::nullopt);
    EXPECT_EQ(experiment.points[2].range_point, 0U);
    EXPECT_EQ(experiment.points[3].range_point, 1U);
    // As run, with an override: it reads back.
    const Experiment again = experiment_of(experiment_of(converters + from(written) + sweep, {"trials.count=3"}).toml);
    EXPECT_EQ(again.points[3].range_point, 1U);
  }
  EXPECT_EQ(experiment_of(converters + sweep).points[3].range_point, std::nullopt);
  EXPECT_EQ(experiment_of(converters + sweep, {"hardware.adc.range_from={ training.kurtosis.lambda = 1 }"})
                .points[0]
                .range_point,
            2U);
  EXPECT_THAT(refused(converters + from("{ \"hardware.variation.sigma\" = 0.0 }") + sweep),
              HasSubstr("a.toml:5: 'hardware.adc.range_from' names 'hardware.variation.sigma' (allowed: keys of "
                        "[training] that are swept)"));
  EXPECT_THAT(refused(converters + from("{ \"training.epochs\" = 3 }") + sweep), HasSubstr("names 'training.epochs'"));
  EXPECT_THAT(refused(converters + from("{ \"training.kurtosis.lambda\" = 0.5 }") + sweep),
              HasSubstr("wants training.kurtosis.lambda = 0.5, which is not among the swept values"));
  EXPECT_THAT(refused(converters + from("{ \"training.lambda\" = 0.5 }") + sweep),
              HasSubstr("unknown key 'training.lambda'"));
  EXPECT_THAT(refused(converters + from("3") + sweep), HasSubstr("a table of keys and their values"));
  EXPECT_THAT(refused(arrays + from("{ \"training.kurtosis.lambda\" = 0.0 }") + sweep),
              HasSubstr("no point of this experiment reads 'hardware.adc.range_from'"));
}

TEST(Experiment, FloatWeightsCanHaveBandedNoiseAndTrainingSeesItToo) {
  const std::string banded = kData + "[hardware.variation]\nmodel = \"banded\"\nsigma = 0.2\nband_factor = 4.0\n";
  const Experiment tested = experiment_of(banded, {"training.method=noise-injection"});
  EXPECT_EQ(tested.points[0].hardware.variation.band_factor, 4);
  EXPECT_EQ(tested.points[0].training.noise.band_factor, 4);
  EXPECT_EQ(experiment_of(banded, {"training.method=noise-injection", "training.noise_sigma=0.2"})
                .points[0]
                .training.noise.band_factor,
            1);
  EXPECT_THAT(refused(kData + "hardware.variation.model = \"lognormal\"\n"),
              HasSubstr("float weights have \"gaussian\" or \"banded\" noise only"));
}

/// IDX files of two training images of one pixel, of labels 0 and `classes` - 1.
std::string many_classes(const test::Scratch& folder, std::uint32_t classes) {
  test::write_file(folder / "train-images-idx3-ubyte", test::blank_images(2, 1, 1));
  test::write_file(folder / "train-labels-idx1-ubyte", test::idx_bytes({0x0C01, 2, 0, classes - 1}, {}));
  return "data.set = \"idx\"\ndata.directory = \"" + folder.path().string() + "\"\nnetwork.hidden = []\n";
}

TEST(Experiment, NumbersOfClassesAreKeptOfNotTooMany) {
  const test::Scratch folder;
  const auto said = [&](std::uint32_t classes, const std::string& key) {
    return refused(many_classes(folder, classes) + key + " = true\n");
  };
  EXPECT_EQ(said(1000, "trials.confusion"), "nothing was refused");
  EXPECT_EQ(said(1001, "trials.confusion"),
            "a.toml:4: 'trials.confusion' keeps numbers for 1001 classes (allowed: 1000 classes at most)");
  EXPECT_EQ(said(10000, "trials.class_accuracy"), "nothing was refused");
  EXPECT_EQ(said(10001, "trials.class_accuracy"),
            "a.toml:4: 'trials.class_accuracy' keeps numbers for 10001 classes (allowed: 10000 classes at most)");
  EXPECT_EQ(said(65535, "trials.weight_statistics"), "nothing was refused");
}

TEST(Experiment, NamesOfFilesAreForSetsOfOnesOwn) {
  const test::Scratch folder;
  const std::string own = many_classes(folder, 2);
  EXPECT_EQ(refused(own + "data.training_images = \"train-images-idx3-ubyte\"\n"), "nothing was refused");
  EXPECT_THAT(refused(kData + "data.training_images = \"a\"\n"),
              testing::StartsWith("a.toml:2: no point of this experiment reads 'data.training_images'"));
  EXPECT_THAT(refused(kData + "data.first_label = 1\n"),
              testing::StartsWith("a.toml:2: no point of this experiment reads 'data.first_label'"));
}

}  // namespace experiment_test
}  // namespace ohmcarlo
