#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "scratch.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo {
namespace models_test {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

/// `ohmcarlo models` on a store of two models, of which the second diverged.
class ModelsCommand : public testing::Test {
 protected:
  test::Scratch folder;
  ModelStore store{folder.path()};

  ModelsCommand() {
    StoredModel model;
    model.record = {"1b", "seed = 4\n", "ovf", "", 3, 2, 0.5, 0.25, 0.125, 1.5, false};
    model.arrays = {{"dense1.weights", {2, 3}, std::vector<float>(6)}, {"dense1.bias", {2}, {0, 0}}};
    model.training_loss = {0.75, 0.5, 0.5};
    model.validation_accuracy = {0.125, 0.25, 0.25};
    store.save(model);
    model.record.id = "2c";
    model.record.diverged = true;
    store.save(model);
  }
  std::string printed(Arguments arguments) const {
    arguments.insert(arguments.end(), {"--store", folder.path().string()});
    return test::printed_by([&] { EXPECT_EQ(models_command(arguments), 0); });
  }
  std::string refused(Arguments arguments, const std::type_info& type) const {
    arguments.insert(arguments.end(), {"--store", folder.path().string()});
    return error_of([&] { models_command(arguments); }, type);
  }
};

TEST_F(ModelsCommand, ListHasALineAModel) {
  const std::string text = printed({"list"});
  EXPECT_THAT(text, ::testing::ContainsRegex("1b  ovf +replica 3  validation 0\\.2500  clean 0\\.1250\n2c  ovf "));
  test::write_text(store.path("2c"), "no model");
  EXPECT_THAT(printed({"list"}), HasSubstr("clean 0.1250\n2c  damaged\n"));
}

TEST_F(ModelsCommand, ListSaysWhatTellsModelsApart) {
  const test::Scratch other;
  const ModelStore kinds(other.path());
  StoredModel model;
  model.record = {"1b", "training.epochs = 3\ntraining.learning_rate = 0.1\nseed = 4\n", "plain", "", 0, 1, 0, 0, 0, 0,
                  false};
  model.arrays = {{"dense1.bias", {1}, {0}}};
  model.training_loss = model.validation_accuracy = {0};
  kinds.save(model);
  model.record.id = "2c";
  model.record.identity =
      "training.epochs = 3\ntraining.kurtosis.lambda = 2.0\ntraining.learning_rate = 0.2\nseed = 4\n";
  kinds.save(model);
  const std::string text = test::printed_by([&] {
    EXPECT_EQ(models_command({"list", "--store", other.path().string()}), 0);
  });
  EXPECT_THAT(text, HasSubstr("clean 0.0000  learning_rate 0.1\n2c"));
  EXPECT_THAT(text, HasSubstr("clean 0.0000  lambda 2.0  learning_rate 0.2\n"));
}

TEST_F(ModelsCommand, ShowSaysWhatAModelIs) {
  const std::string text = printed({"show", "1b"});
  EXPECT_THAT(text, HasSubstr("epoch     2 of 3\n"));
  EXPECT_THAT(text, HasSubstr("validation accuracy 0.2500, clean test accuracy 0.1250, training loss 0.5000\n"));
  EXPECT_THAT(text, HasSubstr("array     dense1.weights [2 x 3]\n"));
  EXPECT_THAT(text, ::testing::EndsWith("trained from\nseed = 4\n"));
  EXPECT_THAT(printed({"show", "2c"}), ::testing::AllOf(HasSubstr("diverged"), Not(HasSubstr("accuracy"))));
}

TEST_F(ModelsCommand, RemoveTakesOneModelAway) {
  EXPECT_EQ(printed({"remove", "1b"}), "");
  EXPECT_THAT(store.list(), ::testing::ElementsAre("2c"));
  EXPECT_EQ(refused({"remove", "1b"}, typeid(UnusableResults)), store.path("1b").string() + ": no such model");
  EXPECT_THAT(refused({"show", "1b"}, typeid(UnusableResults)), HasSubstr(store.path("1b").string()));
}

TEST_F(ModelsCommand, AnythingElseIsRefused) {
  for (const Arguments& arguments : {Arguments{}, {"list", "1b"}, {"show"}, {"remove"}, {"show", "1b", "2c"}, {"rm"}})
    EXPECT_EQ(refused(arguments, typeid(BadUsage)),
              "models: what to do is missing or unknown (allowed: list, show ID, remove ID)");
  EXPECT_THAT(store.list(), ::testing::SizeIs(2));
}

}  // namespace models_test
}  // namespace ohmcarlo
