#include "trial/models.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "trial/messages.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace models_test {

const std::string kThreeEpochs = "[network]\nhidden = [6]\n[training]\nepochs = 3\nbatch = 20\n";

TEST(Models, AreStoredUnderTheIdentityOfTheirTraining) {
  SmallJob job(kThreeEpochs);
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  const StoredModel stored = models.obtain(0, never);
  EXPECT_EQ(stored.record.id, job.plan().models[0].id);
  EXPECT_EQ(stored.record.identity, job.plan().models[0].identity);
  EXPECT_EQ(stored.training_loss.size(), 3U);
  EXPECT_EQ(job.models.models.count(stored.record.id), 1U);
  EXPECT_LT(stored.training_loss.back(), stored.training_loss.front());
}

TEST(Models, ATrainingThatWasInterruptedGoesOnToTheSameBits) {
  SmallJob job(kThreeEpochs + "[storage]\ncheckpoint_seconds = 1\n");
  const std::string whole =
      pack(Models(job.experiment(), job.plan(), job.data(), job.models, job.clock()).obtain(0, never).record);
  const StoredModel trained = job.models.models.begin()->second;
  job.models.models.clear();
  // Progress is kept at every step, and the training is given up in its second epoch of eight steps.
  double time = 0;
  const Clock fast = [&] { return time += 10; };
  Models interrupted(job.experiment(), job.plan(), job.data(), job.models, fast);
  EXPECT_THROW((void)interrupted.obtain(0,
                                        [&] {
                                          if (job.models.progress_saved >= 11) throw Interrupted();
                                        }),
               Interrupted);
  EXPECT_TRUE(job.models.models.empty());
  ASSERT_EQ(job.models.progress.size(), 1U);
  Models resumed(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  const StoredModel stored = resumed.obtain(0, never);
  EXPECT_EQ(pack(stored.record), whole);
  ASSERT_EQ(stored.arrays.size(), trained.arrays.size());
  for (std::size_t i = 0; i < stored.arrays.size(); ++i) EXPECT_EQ(stored.arrays[i].values, trained.arrays[i].values);
  EXPECT_TRUE(job.models.progress.empty());
}

TEST(Models, FoldedOnesHaveNoNormalisationsAndOthersHaveTheirOwn) {
  SmallJob job(
      "[network]\narchitecture = \"list\"\nlayers = [\"dense 6\", \"norm\", \"relu\", \"dense classes\"]\n"
      "[training]\nepochs = 1\nbatch = 20\n");
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  const std::shared_ptr<const LoadedModel> plain = models.load(0, false, never);
  const std::shared_ptr<const LoadedModel> folded = models.load(0, true, never);
  EXPECT_FALSE(plain->network()->state.normalisations.running.empty());
  EXPECT_TRUE(folded->network()->state.normalisations.running.empty());
  EXPECT_LT(folded->network()->spec.layers.size(), plain->network()->spec.layers.size());
  EXPECT_EQ(models.load(0, true, never), folded) << "the last one is kept";
  EXPECT_EQ(job.models.saved, 1);
}

TEST(LoadedModel, HasTheStatisticsOfItsLayers) {
  SmallJob job(kThreeEpochs);
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  const std::shared_ptr<const LoadedModel> model = models.load(0, false, never);
  ASSERT_EQ(model->layer_statistics().size(), 2U);
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(model->layer_statistics()[i].kurtosis,
              weight_statistics(View<const float>(model->network()->state.parameters[i].weights)).kurtosis);
}

// The training by hand: on what is not held out, judged by what is, with the random numbers of the replica.
TEST(Models, EveryReplicaIsTrainedOnItsOwnOnWhatIsNotHeldOut) {
  SmallJob job(kThreeEpochs + "replicas = 2\n");
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  const Point point = job.experiment().points[0];
  const NetworkSpec spec = point.network.build(point.data);
  const Split split = job.data().split_training(point.data, job.experiment().seed);
  const TrainingData data{job.data().training(point.data).get(), {}, split.training, split.validation};
  for (std::uint32_t model = 0; model < 2; ++model) {
    const ModelTask task = job.plan().models[model];
    const TrainedModel expected = train_model(spec, point.training, data,
                                              {job.experiment().seed, static_cast<std::uint32_t>(task.replica)}, never);
    const StoredModel stored = models.obtain(model, never);
    EXPECT_EQ(stored.record.replica, static_cast<std::int64_t>(task.replica));
    ASSERT_EQ(stored.training_loss.size(), expected.epochs.size());
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(stored.training_loss[i], expected.epochs[i].loss);
      EXPECT_EQ(stored.validation_accuracy[i], expected.epochs[i].validation_accuracy);
    }
    const NetworkState<float> state = models.load(model, false, never)->network()->state;
    for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(state.parameters[i].weights, expected.state.parameters[i].weights);
  }
}

// One step with a rate at which finite weights have infinite products.
TEST(Models, DivergenceInTheLastStepIsSeenInTheTest) {
  SmallJob job(
      "[network]\nhidden = [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6]\nactivation = \"abs\"\n[training]\n"
      "epochs = 1\nbatch = 160\nlearning_rate = 1000\n");
  const StoredModel stored = Models(job.experiment(), job.plan(), job.data(), job.models, job.clock()).obtain(0, never);
  for (const NamedArray& array : stored.arrays)
    for (const float value : array.values) ASSERT_TRUE(std::isfinite(value)) << array.name;
  EXPECT_TRUE(stored.record.diverged);
  EXPECT_TRUE(std::isnan(stored.record.clean_accuracy));
  EXPECT_TRUE(std::isnan(stored.record.clean_loss));
}

}  // namespace models_test
}  // namespace ohmcarlo::test
