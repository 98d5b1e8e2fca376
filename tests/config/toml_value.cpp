// Every refusal of a file names file, line, key and what is allowed, in one line.

#include "experiment/refusal.hpp"

namespace ohmcarlo::toml_value_tests {
namespace toml_value_test {

const std::string kData = "data.set = \"mnist\"\n";

TEST(BadFile, UnknownKeysAreNamedWithTheNearestOne) {
  EXPECT_EQ(refused(kData + "[training]\nepoch = 3\n"),
            "a.toml:3: unknown key 'training.epoch' (did you mean 'training.epochs'?)");
  EXPECT_EQ(refused(kData + "[hardware]\nsigma = 0.1\n"),
            "a.toml:3: unknown key 'hardware.sigma' (did you mean 'hardware.variation.sigma'?)");
  EXPECT_EQ(refused(kData + "\nseed = 4\n"), "a.toml:3: unknown key 'seed' (did you mean 'experiment.seed'?)");
  EXPECT_THAT(refused(kData + "hardware.variation = 0.1\n"),
              testing::StartsWith("a.toml:2: unknown key 'hardware.variation' (did you mean '"));
}

TEST(BadFile, UnknownTablesAreNamed) {
  EXPECT_EQ(refused(kData + "[trainings]\nepochs = 3\n"),
            "a.toml:2: unknown table 'trainings' (did you mean a key like 'training.epochs'?)");
}

TEST(BadFile, WrongTypesAreNamedWithWhatIsAllowed) {
  EXPECT_EQ(refused(kData + "training.epochs = \"ten\"\n"),
            "a.toml:2: 'training.epochs' is 'ten' (allowed: a whole number from 0 to 1000000)");
  EXPECT_EQ(refused(kData + "training.epochs = 2.5\n"),
            "a.toml:2: 'training.epochs' is 2.5 (allowed: a whole number from 0 to 1000000)");
  EXPECT_EQ(refused(kData + "hardware.variation.sigma = true\n"),
            "a.toml:2: 'hardware.variation.sigma' is true (allowed: a number from 0 to 1000000)");
  EXPECT_EQ(refused(kData + "trials.common_random_numbers = 1\n"),
            "a.toml:2: 'trials.common_random_numbers' is 1 (allowed: true or false)");
  EXPECT_EQ(refused(kData + "network.hidden = 100\n"),
            "a.toml:2: 'network.hidden' is 100 (allowed: a list of whole numbers from 1 to 1000000)");
  EXPECT_EQ(refused(kData + "network.hidden = [100, 0]\n"),
            "a.toml:2: 'network.hidden' is 0 (allowed: a list of whole numbers from 1 to 1000000)");
  EXPECT_EQ(refused(kData + "experiment.name = 3\n"), "a.toml:2: 'experiment.name' is 3 (allowed: a text in quotes)");
  EXPECT_EQ(refused(kData + "training.epochs = [1, 2]\n"),
            "a.toml:2: 'training.epochs' is [ 1, 2 ] (allowed: a whole number from 0 to 1000000)");
  EXPECT_EQ(refused(kData + "[training.epochs]\nx = 1\n"),
            "a.toml:2: 'training.epochs' is a table (allowed: a whole number from 0 to 1000000)");
}

TEST(BadFile, NumbersOutOfRangeAreNamed) {
  EXPECT_EQ(
      refused(kData + "training.epochs = 0\n"),
      "a.toml:2: 'training.epochs' is 0, but no file holds weights (allowed: with network.file or network.weights)");
  EXPECT_EQ(refused(kData + "training.momentum = 1\n"),
            "a.toml:2: 'training.momentum' is 1 (allowed: a number from 0 to 0.999999)");
  EXPECT_EQ(refused(kData + "training.learning_rate = 0\n"),
            "a.toml:2: 'training.learning_rate' is 0 (allowed: a number above 0 and at most 1000)");
  EXPECT_EQ(refused(kData + "trials.count = 0\n"),
            "a.toml:2: 'trials.count' is 0 (allowed: a whole number from 1 to 4194304)");
  EXPECT_EQ(refused(kData + "hardware.weight_bits = 17\n"),
            "a.toml:2: 'hardware.weight_bits' is 17 (allowed: a whole number from 1 to 16)");
  EXPECT_EQ(refused(kData + "experiment.seed = -1\n").substr(0, 36), "a.toml:2: 'experiment.seed' is -1 (a");
}

TEST(BadFile, SigmaIsANumberFromZeroToAMillion) {
  for (const std::string sigma : {"-0.1", "nan", "inf", "-inf", "1000001", "1e+39"})
    EXPECT_EQ(refused(kData + "hardware.variation.sigma = " + sigma + "\n"),
              "a.toml:2: 'hardware.variation.sigma' is " + sigma + " (allowed: a number from 0 to 1000000)");
  EXPECT_EQ(refused(kData + "training.noise_sigma = -1\n"),
            "a.toml:2: 'training.noise_sigma' is -1 (allowed: a number from 0 to 1000000 or \"tested\")");
  EXPECT_EQ(refused(kData + "[sweep]\nhardware.variation.sigma = [0.1, nan]\n"),
            "a.toml:3: 'hardware.variation.sigma' is nan (allowed: a number from 0 to 1000000)");
  EXPECT_EQ(refused(kData + "[sweep]\nhardware.variation.sigma = { start = -0.1, stop = 0.1, step = 0.1 }\n"),
            "a.toml:3: 'hardware.variation.sigma' is -0.1 (allowed: a number from 0 to 1000000)");
}

TEST(BadFile, WordsThatMeanNothingAreNamed) {
  EXPECT_EQ(refused("data.set = \"imagenet\"\n"),
            "a.toml:1: 'data.set' is 'imagenet' (allowed: \"mnist\", \"fashion-mnist\", \"cifar10\", \"cifar100\", "
            "\"tiny-imagenet\", \"fsdd\", \"kws\", \"folder\", \"timit\", \"idx\", \"npz\", \"images\")");
  EXPECT_EQ(refused(kData + "hardware.cell_bits = \"digital\"\n"),
            "a.toml:2: 'hardware.cell_bits' is 'digital' (allowed: a whole number from 1 to 16 or \"analog\")");
}

TEST(BadFile, ScalingsNeedAsManyMeansAsSds) {
  const std::string allowed =
      " (allowed: a table { mean = [...], sd = [...] } with a number for each channel, sd above 0, or \"unit\", "
      "\"centred\", \"published\")";
  const auto of = [](const std::string& scaling) { return refused(kData + "data.scaling = " + scaling + "\n"); };
  EXPECT_EQ(of("{ mean = [1], sd = [1, 2] }"), "a.toml:2: 'data.scaling' is a table of 1 means and 2 sds" + allowed);
  EXPECT_EQ(of("{ mean = [1] }"), "a.toml:2: 'data.scaling' is a table of 1 means and 0 sds" + allowed);
  EXPECT_EQ(of("{ mean = [], sd = [] }"), "a.toml:2: 'data.scaling' is a table of 0 means and 0 sds" + allowed);
  EXPECT_EQ(of("{ mean = [1], sd = [1], var = [1] }"),
            "a.toml:2: 'data.scaling' is a table of 1 means and 1 sds" + allowed);
  EXPECT_EQ(of("\"standard\""), "a.toml:2: 'data.scaling' is 'standard'" + allowed);
  EXPECT_EQ(of("0.5"), "a.toml:2: 'data.scaling' is 0.5" + allowed);
  EXPECT_EQ(of("{ mean = [0.5], sd = [0] }"),
            "a.toml:2: 'data.scaling' has the sd 0 (allowed: numbers from 1e-06 to 1000000)");
  EXPECT_EQ(of("{ mean = [nan], sd = [1] }"),
            "a.toml:2: 'data.scaling' has the mean nan (allowed: numbers from -1000000 to 1000000)");
}

TEST(BadFile, TextsThatCannotBeWrittenBackAreRefused) {
  for (const std::string name :
       {"\"a\\\"b\"", "\"a\\\\b\"", "\"a\\nb\"", "\"a\\rb\"", "\"a\\u0001b\"", "\"a\\u007Fb\""})
    EXPECT_THAT(refused(kData + "experiment.name = " + name + "\n"),
                testing::AllOf(testing::StartsWith("a.toml:2: 'experiment.name' is "),
                               testing::EndsWith(" (allowed: a text in quotes)")))
        << name;
}

TEST(BadFile, EmptyFilesAreRefused) {
  const std::string empty = "a.toml: the experiment file is empty (it needs at least data.set)";
  EXPECT_EQ(refused(""), empty);
  EXPECT_EQ(refused("# nothing but words\n"), empty);
}

TEST(BadFile, AMissingKeyIsNamed) {
  EXPECT_EQ(refused("training.epochs = 3\n"),
            "a.toml: 'data.set' is missing (allowed: \"mnist\", \"fashion-mnist\", \"cifar10\", \"cifar100\", "
            "\"tiny-imagenet\", \"fsdd\", \"kws\", \"folder\", \"timit\", \"idx\", \"npz\", \"images\")");
}

TEST(BadFile, InvalidTomlIsLocated) {
  EXPECT_THAT(refused(kData + "training.epochs = \n"),
              testing::AllOf(testing::StartsWith("a.toml:2: not valid TOML ("), testing::EndsWith(")")));
  EXPECT_THAT(refused(kData + "training.epochs = 1\ntraining.epochs = 2\n"),
              testing::StartsWith("a.toml:3: not valid TOML ("));
}

TEST(BadFile, AnUnreadableFileIsNamed) {
  EXPECT_EQ(refusal([] { (void)read_document("no/such/file.toml", {}); }),
            "no/such/file.toml: cannot read the experiment file");
}

const std::string kSweep = kData + "[sweep]\n";

TEST(BadSweep, OverAnUnknownKeyIsNamed) {
  EXPECT_EQ(refused(kSweep + "\"hardware.variation.sigmas\" = [0.1]\n"),
            "a.toml:3: unknown key 'hardware.variation.sigmas' (did you mean 'hardware.variation.sigma'?)");
  EXPECT_EQ(refused(kSweep + "hardware.variation.sigmas = { start = 0, stop = 1, step = 1 }\n"),
            "a.toml:3: unknown key 'hardware.variation.sigmas' (did you mean 'hardware.variation.sigma'?)");
  EXPECT_EQ(refused(kSweep + "[sweep.trainings]\n"),
            "a.toml:3: unknown table 'trainings' (did you mean a key like 'training.flip'?)");
}

TEST(BadSweep, ValuesThatComeTwiceAreNamed) {
  EXPECT_EQ(refused(kSweep + "hardware.variation.sigma = [0.1, 0.2, 0.1]\n"),
            "a.toml:3: the sweep of 'hardware.variation.sigma' has 0.1 twice");
  EXPECT_EQ(refused(kSweep + "hardware.variation.sigma = [0.1, 1e-1]\n"),
            "a.toml:3: the sweep of 'hardware.variation.sigma' has 0.1 twice");
  EXPECT_EQ(refused(kSweep + "hardware.variation.sigma = [1, 1.0]\n"),
            "a.toml:3: the sweep of 'hardware.variation.sigma' has 1 twice");
  EXPECT_EQ(refused(kSweep + "training.method = [\"plain\", \"plain\"]\n"),
            "a.toml:3: the sweep of 'training.method' has \"plain\" twice");
  EXPECT_EQ(refused(kSweep + "network.hidden = [[100], [100]]\n"),
            "a.toml:3: the sweep of 'network.hidden' has [100] twice");
}

TEST(BadSweep, WithoutValuesIsRefused) {
  EXPECT_EQ(refused(kSweep + "hardware.variation.sigma = []\n"),
            "a.toml:3: the sweep of 'hardware.variation.sigma' has no values");
  EXPECT_EQ(refused(kSweep + "hardware.variation.sigma = 0.1\n"),
            "a.toml:3: the sweep of 'hardware.variation.sigma' needs a list of values, or { start, stop, step }");
  EXPECT_EQ(refused("data.set = \"mnist\"\nsweep = 3\n"), "a.toml:2: 'sweep' must be a table of keys and their values");
}

TEST(BadSweep, OfAKeyThatIsFixedTooIsRefused) {
  EXPECT_EQ(
      refused("data.set = \"mnist\"\nhardware.variation.sigma = 0.1\n[sweep]\nhardware.variation.sigma = [0.2]\n"),
      "a.toml:4: 'hardware.variation.sigma' is swept here and fixed at a.toml:2; keep one of them");
}

TEST(BadSweep, OfAKeyThatMakesNoPointsIsRefused) {
  EXPECT_EQ(refused(kSweep + "training.replicas = [1, 2]\n"), "a.toml:3: 'training.replicas' cannot be swept");
  EXPECT_EQ(refused(kSweep + "trials.count = [1, 2]\n"), "a.toml:3: 'trials.count' cannot be swept");
  EXPECT_EQ(refused(kSweep + "experiment.seed = [1, 2]\n"), "a.toml:3: 'experiment.seed' cannot be swept");
  EXPECT_EQ(refused(kSweep + "trials.common_random_numbers = [true, false]\n"),
            "a.toml:3: 'trials.common_random_numbers' cannot be swept");
}

TEST(BadSweep, RangesNeedThreeNumbers) {
  const std::string needs =
      "a.toml:3: the sweep of 'hardware.variation.sigma' needs a list of values, or numbers { start, stop, step }";
  for (const std::string range : {"{ start = 0, stop = 1 }", "{ start = 0, stop = 1, step = 1, more = 2 }",
                                  "{ start = 0, stop = 1, step = \"1\" }", "{ }"})
    EXPECT_EQ(refused(kSweep + "hardware.variation.sigma = " + range + "\n"), needs) << range;
  EXPECT_EQ(refused(kSweep + "training.method = { start = 0, stop = 1, step = 1 }\n"),
            "a.toml:3: the sweep of 'training.method' needs a list of values, or numbers { start, stop, step }");
}

TEST(BadSweep, RangesOfWholeNumbersStayWhole) {
  EXPECT_EQ(refused(kSweep + "training.batch = { start = 1, stop = 2, step = 0.5 }\n"),
            "a.toml:3: the sweep of 'training.batch' gives 1.5 (allowed: a whole number from 1 to 1000000)");
}

TEST(Sweep, DecadesTakeFurtherValuesInTheirOrder) {
  const auto values = [](const std::string& path, const std::string& range) {
    return parse_document(kSweep + "\"" + path + "\" = " + range + "\n", "a.toml", {}).swept.at(0).values;
  };
  EXPECT_EQ(values("hardware.variation.sigma", "{ start = 0.01, stop = 1, per_decade = 2, also = [0, 0.5] }"),
            (std::vector<Value>{0.0, 0.01, 0.0316, 0.1, 0.316, 0.5, 1.0}));
  EXPECT_EQ(values("training.noise_sigma", "{ start = 1, stop = 0.1, per_decade = 1, also = [0, \"tested\"] }"),
            (std::vector<Value>{std::string("tested"), 1.0, 0.1, 0.0}));
  EXPECT_EQ(values("training.batch", "{ start = 1, stop = 100, per_decade = 1 }"),
            (std::vector<Value>{std::int64_t{1}, std::int64_t{10}, std::int64_t{100}}));
}

TEST(BadSweep, DecadesAreChecked) {
  const auto of = [](const std::string& range) {
    return refused(kSweep + "hardware.variation.sigma = " + range + "\n");
  };
  const std::string needs =
      "a.toml:3: the sweep of 'hardware.variation.sigma' needs a list of values, or numbers { start, stop, per_decade "
      "} "
      "and also = [...]";
  EXPECT_EQ(of("{ start = 1, per_decade = 2 }"), needs);
  EXPECT_EQ(of("{ start = 1, stop = 2, per_decade = 2, step = 1 }"), needs);
  EXPECT_EQ(of("{ start = 1, stop = 2, per_decade = 2.5 }"),
            "a.toml:3: 'hardware.variation.sigma': per_decade is 2.5 (allowed: a whole number from 1 to 100)");
  EXPECT_EQ(of("{ start = 1, stop = 10, per_decade = 1, also = 0 }"),
            "a.toml:3: 'hardware.variation.sigma': also is 0 (allowed: a list of values)");
  EXPECT_EQ(of("{ start = 1, stop = 10, per_decade = 1, also = [1] }"),
            "a.toml:3: the sweep of 'hardware.variation.sigma' has 1 twice");
  EXPECT_EQ(of("{ start = 1, stop = 10, per_decade = 1, also = [-1] }"),
            "a.toml:3: 'hardware.variation.sigma' is -1 (allowed: a number from 0 to 1000000)");
  EXPECT_EQ(refused(kSweep + "training.batch = { start = 1, stop = 10, per_decade = 2 }\n"),
            "a.toml:3: the sweep of 'training.batch' gives 3.16 (allowed: a whole number from 1 to 1000000)");
}

TEST(BadSweep, RangesThatNeverArriveAreNamed) {
  EXPECT_EQ(refused(kSweep + "hardware.variation.sigma = { start = 0, stop = 0.4, step = -0.1 }\n"),
            "a.toml:3: 'hardware.variation.sigma': the range { start = 0, stop = 0.4, step = -0.1 } never arrives "
            "(allowed: a step that leads from start to stop)");
  EXPECT_EQ(refused(kSweep + "hardware.variation.sigma = { start = 0, stop = 1, step = 1e-9 }\n"),
            "a.toml:3: 'hardware.variation.sigma': the range has 1000000001 values (allowed: 100000)");
}

}  // namespace toml_value_test
}  // namespace ohmcarlo::toml_value_tests
