#include "trial/models.hpp"

#include <gtest/gtest.h>

#include "trial/messages.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace {

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

}  // namespace
}  // namespace ohmcarlo::test
