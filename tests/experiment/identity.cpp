#include "experiment/identity.hpp"

#include <set>

#include "experiment/known_identities.hpp"
#include "experiment/plan.hpp"
#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace {

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

}  // namespace
}  // namespace ohmcarlo
