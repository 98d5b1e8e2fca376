#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "data/idx_files.hpp"
#include "experiment/refusal.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace check_test {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// What `ohmcarlo check` prints of a file with this text, beside which lies a set "mnist" of so many training images,
/// which are of this size.
std::string checked(const std::string& text, const Arguments& more = {}, std::uint32_t images = 6000,
                    std::uint32_t width = 28) {
  const test::Scratch folder;
  test::write_file(folder / "train-images-idx3-ubyte", test::gzip(test::blank_images(images, 28, width)));
  test::write_file(folder / "train-labels-idx1-ubyte", test::label_bytes(images));
  test::write_file(folder / "t10k-images-idx3-ubyte", test::blank_images(10, 28, 28));
  test::write_file(folder / "t10k-labels-idx1-ubyte", test::label_bytes(10));
  test::write_text(folder / "e.toml", text);
  Arguments arguments = {(folder / "e.toml").string(), "--set", "data.directory=" + folder.path().string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return test::printed_by([&] { EXPECT_EQ(check_command(arguments), 0); });
}

const std::string kTwoByThree =
    "experiment.name = \"six\"\ndata.set = \"mnist\"\ntraining.replicas = 2\ntrials.count = 5\n[sweep]\n"
    "\"training.method\" = [\"plain\", \"noise-injection\"]\n\"hardware.variation.sigma\" = [0.1, 0.2, 0.3]\n";

// Two by three points. Plain training is one for all sigmas, with noise it is one for each, and each twice; six points
// by two replicas by five chips.
TEST(Check, CountsTrainingsAndChips) {
  const std::string text = checked(kTwoByThree);
  EXPECT_THAT(text, HasSubstr("six: 6 points, 2 replicas, 5 chips each\n"));
  EXPECT_THAT(text, HasSubstr("8 trainings and 60 chips to evaluate (60 cells in the results)\n"));
  EXPECT_THAT(text, HasSubstr("chips are the same at every point\n"));
  EXPECT_THAT(text, HasSubstr("method noise-injection, sigma 0.3: "));
}

TEST(Check, OverridesCount) {
  const std::string text = checked(kTwoByThree, {"--set", "hardware.variation.sigma=0.1", "--set",
                                                 "training.replicas=1", "--set", "trials.common_random_numbers=false"});
  EXPECT_THAT(text, HasSubstr("2 points, 1 replica, 5 chips each\n"));
  EXPECT_THAT(text, HasSubstr("2 trainings and 10 chips"));
  EXPECT_THAT(text, HasSubstr("chips are drawn anew at every point\n"));
}

// 784 * 100 + 100 and 100 * 10 + 10 parameters.
TEST(Check, ShowsEveryLayerOfTheNetwork) {
  const std::string text = checked("data.set = \"mnist\"\n");
  EXPECT_THAT(text, ContainsRegex("dense1 +784 +100 +78500 +78400\n"));
  EXPECT_THAT(text, ContainsRegex("dense2 +100 +10 +1010 +1000\n"));
  EXPECT_THAT(text, ContainsRegex("in all +784 +10 +79510 +79400\n"));
  EXPECT_THAT(text, Not(HasSubstr("arrays")));
}

// The sd of a weight on two cells of 2 bits, which count 1 and 4: sigma * 3 * sqrt(17) / 15.
TEST(Check, SaysWhatNoiseWeightsHave) {
  EXPECT_THAT(checked("data.set = \"mnist\"\nhardware.weight_bits = 4\nhardware.cell_bits = 2\n"
                      "hardware.variation.sigma = 0.125\n"),
              HasSubstr("the only point: one Gaussian a weight for 2 cells; sd 0.103078 max|W|, once a chip\n"));
}

TEST(Check, SaysWhatIsNeededAndWhatIsDoubtful) {
  const std::string text = checked(
      "data.set = \"mnist\"\n[sweep]\n\"hardware.variation.sigma\" = [0.1, 5.0]\n"
      "\"training.method\" = [\"plain\", \"noise-injection\"]\n");
  EXPECT_THAT(text, ContainsRegex("memory: [0-9]+ MB a rank"));
  EXPECT_THAT(text, Not(HasSubstr("free: 0 B")));
  EXPECT_THAT(text, HasSubstr("networks: 954 kB"));  // plain, noise-injection at two sigmas: 3 x 79,510 x 4 bytes
  EXPECT_THAT(text, HasSubstr("warning: hardware.variation.sigma = 5 makes errors of 500 % of a cell's full scale"));
  EXPECT_THAT(text, HasSubstr("e.toml' times a little of it, and says how long all will take\n"));
  EXPECT_THAT(text, Not(HasSubstr("hint"))) << "a chip takes next to nothing";
}

TEST(Check, ListsTheKeys) {
  EXPECT_THAT(test::printed_by([&] { EXPECT_EQ(check_command({"--keys"}), 0); }),
              HasSubstr("hardware.variation.sigma"));
  EXPECT_EQ(refusal([] {
              check_command({"--keys", "--format", "xml"});
            }),
            "--format xml: unknown (allowed: text, markdown, json-schema)");
}

TEST(Check, RefusesDataThatCannotBeRun) {
  EXPECT_EQ(test::error_of([] { (void)checked("data.set = \"mnist\"\n", {}, 5000); }, typeid(BadUsage)),
            "data.validation = 5000: the training set has 5000 images and at least one must be left to train on");
  EXPECT_THAT(test::error_of([] { (void)checked("data.set = \"mnist\"\n", {}, 6000, 14); }, typeid(BadData)),
              HasSubstr("train-images-idx3-ubyte: images of 28 x 14 pixels; needed: 28 x 28"));
  EXPECT_THAT(test::error_of([] { (void)checked("data.set = \"cifar10\"\n"); }, typeid(BadData)),
              HasSubstr("test_batch.bin: no such file"));
}

TEST(Check, RefusesWhatCannotBeRun) {
  EXPECT_THAT(refusal([] { (void)checked("data.set = \"mnist\"\ntraining.momentum = 0.5\n"); }),
              HasSubstr("e.toml:2: no point of this experiment reads 'training.momentum'"));
  EXPECT_THAT(refusal([] { check_command({}); }), HasSubstr("EXPERIMENT is missing"));
}

TEST(Check, RefusesDataThatARunWouldRefuse) {
  EXPECT_THAT(refusal([] { (void)checked("data.set = \"mnist\"\ndata.validation = 200\n", {}, 200); }),
              HasSubstr("data.validation = 200: the training set has 200 images"));
  EXPECT_THAT(refusal([] { (void)checked("data.set = \"mnist\"\ntrials.images = 11\n"); }),
              HasSubstr("'trials.images' is 11, but the test set has 10"));
  const test::Scratch folder;
  test::write_text(folder / "e.toml", "data.set = \"mnist\"\ndata.directory = \"/nowhere\"\n");
  const auto check = [&] { (void)test::printed_by([&] { check_command({(folder / "e.toml").string()}); }); };
  EXPECT_THAT(test::error_of(check, typeid(BadData)), HasSubstr("/nowhere"));
}

}  // namespace check_test
}  // namespace ohmcarlo
