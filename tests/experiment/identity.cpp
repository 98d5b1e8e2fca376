#include "experiment/identity.hpp"

#include <set>

#include "experiment/known_identities.hpp"
#include "experiment/plan.hpp"
#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace identity_test {

using ::testing::ElementsAre;
using Kind = IdentityEntry::Kind;

TEST(Identity, TextOfEveryKindOfEntryReadsBack) {
  const std::string text =
      "data.set = \"mnist\"\nnetwork.hidden = [5, 6]\nsweep network.weights\nnetwork.file content = 0a\n"
      "network.weights content of b = c of d.npz = 1b\ndata = 2c 3d\nnumerics = 1\n";
  const Identity identity = parse_identity(text);
  EXPECT_THAT(identity.entries(), ElementsAre(IdentityEntry{Kind::setting, "data.set", "\"mnist\"", ""},
                                              IdentityEntry{Kind::setting, "network.hidden", "[5, 6]", ""},
                                              IdentityEntry{Kind::axis, "network.weights", "", ""},
                                              IdentityEntry{Kind::content, "network.file", "0a", ""},
                                              IdentityEntry{Kind::content, "network.weights", "1b", "b = c of d.npz"},
                                              IdentityEntry{Kind::setting, "data", "2c 3d", ""},
                                              IdentityEntry{Kind::setting, "numerics", "1", ""}));
  EXPECT_EQ(identity.text(), text);
}

TEST(Identity, ALineOfNoKnownKindStillCounts) {
  const Identity identity = parse_identity("whatever this is\nsweep a");
  ASSERT_EQ(identity.entries().size(), 2U);
  EXPECT_EQ(identity.entries()[0].key, "whatever this is");
  EXPECT_FALSE(differing_entries(identity, parse_identity("sweep a\n")).empty());
}

TEST(Identity, HashIsSha256OfTheText) {
  Identity identity;
  identity.add_setting("a", "1");
  identity.add_axis("b");
  EXPECT_EQ(identity.text(), "a = 1\nsweep b\n");
  // From sha256sum.
  EXPECT_EQ(identity.hash(), "208201ff1398182582645dbd6495cf93b0b95d27a892e9ba87f13b4e6baf9eb2");
  EXPECT_EQ(model_id(identity), identity.hash().substr(0, 16));
}

TEST(Identity, DifferencesAreEntriesThatOneSideLacks) {
  const Identity old = parse_identity("a = 1\nb = 2\nsweep c\nf content of x = 1\n");
  EXPECT_TRUE(differing_entries(old, parse_identity("sweep c\nf content of x = 1\nb = 2\na = 1\n")).empty());
  const std::vector<IdentityEntry> differing =
      differing_entries(old, parse_identity("a = 1\nb = 3\nsweep c\nf content of x = 2\nf content of y = 1\n"));
  std::multiset<std::string> subjects;
  for (const IdentityEntry& entry : differing) subjects.insert(entry.subject());
  EXPECT_EQ(subjects, (std::multiset<std::string>{"b", "b", "f content of x", "f content of x", "f content of y"}));
}

// Arrays whose converters take part in training.
const std::string kThroughConverters =
    "data.set = \"mnist\"\nhardware.simulate = \"arrays\"\nhardware.weight_bits = 2\nhardware.cell_bits = 1\n"
    "hardware.tile_rows = 36\nhardware.dac.bits = 2\nhardware.dac.serial = true\nhardware.adc.bits = 4\n"
    "hardware.adc.sensing = \"single\"\nhardware.adc.noise = \"gaussian\"\nhardware.adc.noise_sd = 0.5\n"
    "hardware.adc.on_sd = 0.25\nhardware.adc.off_sd = 0.125\n";

/// Of the settings, those that change what the network is called; all must be allowed.
std::vector<std::string> that_count(const std::string& method, const std::vector<std::string>& always,
                                    const std::vector<std::string>& settings) {
  const auto text = [&](const std::vector<std::string>& sets) {
    const Experiment experiment = experiment_of(kThroughConverters + "training.method = \"" + method + "\"\n", sets);
    return model_identity(experiment, experiment.points[0], 0, "hash").text();
  };
  const std::string before = text(always);
  std::vector<std::string> counted;
  for (const std::string& setting : settings) {
    std::vector<std::string> sets = always;
    sets.push_back(setting);
    if (text(sets) != before) counted.push_back(setting);
  }
  return counted;
}

// One network serves all that training does not meet: a sweep over errors of cells or over the law of the noise trains
// once.
TEST(Identity, OfTrainingThroughConvertersHoldsWhatItsPassesMeet) {
  const std::vector<std::string> unseen{"hardware.adc.noise=none",
                                        "hardware.adc.noise=logistic",
                                        "hardware.adc.range=trained",
                                        "hardware.adc.range=maximum",
                                        "hardware.variation.sigma=0.2",
                                        "hardware.faults.rate=0.1",
                                        "trials.count=3"};
  const std::vector<std::string> noise{"hardware.adc.noise_sd=0.75", "hardware.adc.on_sd=0.5", "hardware.adc.off_sd=0"};
  const std::vector<std::string> relaxed{"training.adc.temperature=0.5", "training.adc.tails=clip",
                                         "training.adc.scale=margin", "training.adc.straight_through=true"};
  std::vector<std::string> seen{"hardware.adc.bits=5",       "hardware.tile_rows=72",      "hardware.dac.bits=3",
                                "hardware.dac.serial=false", "hardware.dac.range=2",       "hardware.weight_bits=3",
                                "hardware.g_min=1e-5",       "hardware.ideal_layers=[-1]", "training.adc.noise=false"};
  for (const std::string method : {"ste-adc", "concrete-adc"}) {
    EXPECT_THAT(that_count(method, {}, unseen), ElementsAre()) << method;
    EXPECT_EQ(that_count(method, {}, seen), seen) << method;
    EXPECT_EQ(that_count(method, {}, noise), noise) << method;
  }
  EXPECT_THAT(that_count("ste-adc", {"training.adc.noise=false"}, noise), ElementsAre());
  EXPECT_EQ(that_count("concrete-adc", {}, relaxed), relaxed);
  EXPECT_THAT(that_count("concrete-adc", {"training.adc.scale=0.5"}, noise), ElementsAre())
      << "a scale that is given is not that of the noise";
}

// Version 0.1 called these networks and results by the same word and trained on other numbers.
TEST(Identity, OfRedefinedScalingsIsNotThatOfReleasedVersions) {
  const std::string data = "aeab9c7513cd254ca2f4a05d29d217a3abcda631c2c8a09bf3a11685ff3ae673";
  const std::string text =
      "data.set = \"mnist\"\ndata.validation = 4\nhardware.variation.sigma = 0.1\nnetwork.hidden = []\n"
      "training.batch = 4\ntraining.epochs = 1\ndata.scaling = ";
  std::set<std::string> results, models;
  for (const std::string scaling : {"\"published\"", "\"centred\"", "{ mean = [0.5], sd = [0.5] }", "\"unit\""}) {
    const Experiment experiment = experiment_of(text + scaling);
    results.insert(experiment_identity(experiment, data).hash());
    models.insert(model_id(model_identity(experiment, experiment.points[0], 0, data)));
  }
  EXPECT_EQ(models.size(), 3U) << "a word and its numbers are one scaling";
  EXPECT_EQ(models.count("cd09eb918c863e6b"), 0U);
  EXPECT_EQ(results.count("f6183e3f73127a19605ffddb89792233727488d1f3e9f5ddeb238a41ff0ef8c5"), 0U);
}

// Stored networks and results files are found again by these.
TEST(Identity, OfKnownExperimentsIsThatOfReleasedVersions) {
  for (const KnownIdentity& known : kKnownIdentities) {
    const Experiment experiment = experiment_of(known.toml);
    EXPECT_EQ(experiment_identity(experiment, known.data).hash(), known.experiment_hash) << known.toml;
    const Plan plan = make_plan(experiment, {{experiment.points[0].data.name, known.data}}, {});
    std::set<std::string> ids;
    for (const ModelTask& model : plan.models) ids.insert(model.id);
    EXPECT_EQ(ids.size(), known.models);
    EXPECT_EQ(*ids.begin(), known.first_model) << known.toml;
    EXPECT_EQ(*ids.rbegin(), known.last_model) << known.toml;
    EXPECT_EQ(parse_identity(experiment_identity(experiment, known.data).text()),
              experiment_identity(experiment, known.data));
  }
}

}  // namespace identity_test
}  // namespace ohmcarlo
