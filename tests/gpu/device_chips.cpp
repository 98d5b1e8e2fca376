// Chips on a device against chips on the processor.

#include "gpu/device_chips.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "chip/listed_answers.hpp"
#include "chip/small_sequences.hpp"
#include "gpu/device_networks.hpp"
#include "gpu/on_devices.hpp"

namespace ohmcarlo::gpu {
namespace device_chips_test {

using small::kNoPoll;
using small_device::kInLanes;
using small_device::kShape;
using small_device::kVariation;

constexpr std::uint64_t kKey = 11;
constexpr std::size_t kImages = 301;  // four full batches and a part of one

std::shared_ptr<const EvaluationSet> test_set() {
  static const auto set = small::evaluation_set(small::images(kImages));
  return set;
}

class DeviceChipsOnDevices : public OnDevices {
 protected:
  DeviceChips on_device(Index copies,
                        const std::shared_ptr<const TrainedNetwork>& network = small_device::plain_network(),
                        const std::shared_ptr<const EvaluationSet>& test = test_set(),
                        const Variation& variation = kVariation) {
    const GroupShape& shape = network->spec.takes_sequences() ? kInLanes : kShape;
    return {device_, network, variation, std::make_shared<DeviceImages>(device_, test), copies, shape};
  }
};
INSTANTIATE_TEST_SUITE_P(Each, DeviceChipsOnDevices, kDevices, kNameOfDevice);

std::unique_ptr<WeightChips> on_processor(
    Index copies, const std::shared_ptr<const TrainedNetwork>& network = small_device::plain_network(),
    const std::shared_ptr<const EvaluationSet>& test = test_set(), const Variation& variation = kVariation) {
  return make_weight_chips(network, variation, test, copies);
}

void expect_same_weights(const Chips& found, const Chips& expected) {
  for (Index copy = 0; copy < expected.count(); ++copy) {
    const std::vector<LayerContent> layers = found.contents(copy), wanted = expected.contents(copy);
    ASSERT_EQ(layers.size(), wanted.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
      EXPECT_EQ(layers[i].weights, wanted[i].weights) << "chip " << copy << ", layer " << i;
      EXPECT_EQ(layers[i].bias, wanted[i].bias);
    }
  }
}

// Eleven chips: a whole group, and a part of one.
TEST_P(DeviceChipsOnDevices, HoldTheWeightsOfTheProcessorToTheBit) {
  Variation cells = kVariation, banded = kVariation;
  cells.sampler = Sampler::cells;
  banded.band_factor = 2;
  for (const Variation& variation : {kVariation, cells, banded, Variation{}}) {
    DeviceChips found = on_device(11, small_device::plain_network(), test_set(), variation);
    const auto expected = on_processor(11, small_device::plain_network(), test_set(), variation);
    for (const ChipNumbers& numbers : {ChipNumbers{99, 0, 7}, ChipNumbers{kKey, 3, 20}}) {  // the second over the first
      found.program(numbers, kNoPoll);
      expected->program(numbers, kNoPoll);
      expect_same_weights(found, *expected);
    }
  }
}

TEST_P(DeviceChipsOnDevices, HoldTheWeightsOfMovedChipsToTheBit) {
  DeviceChips found = on_device(9);
  const auto expected = on_processor(9);
  std::vector<Lineage> chips;
  for (std::uint64_t i = 0; i < 9; ++i) {
    chips.emplace_back(100 + i);
    for (std::uint64_t move = 0; move < i % 3; ++move) chips.back().moves.push_back({200 + 10 * i + move, 0.8F, 0.6F});
  }
  found.program_each(chips, 2, kNoPoll);
  expected->program_each(chips, 2, kNoPoll);
  expect_same_weights(found, *expected);
  chips.pop_back();
  EXPECT_THROW(found.program_each(chips, 2, kNoPoll), std::logic_error);
}

/// The logits of both, whose sums differ in order, and the tallies. A sum of n products is off by at most
/// n 2^-24 sum |x w|, here 36 x 6e-8 x 10 = 2e-5 a layer; what was found is 5e-7. A wrong weight, bias or normalisation
/// moves logits by 1e-3 or more.
void expect_answers_of(Chips& found, Chips& expected, const EvaluationSet& test) {
  found.program({kKey, 1, 5}, kNoPoll);
  expected.program({kKey, 1, 5}, kNoPoll);
  const std::vector<Tally> tallies = small::tallies(found, test, kNoPoll),
                           wanted = small::tallies(expected, test, kNoPoll);
  for (const Index copy : {Index{0}, expected.count() - 1}) {
    const LabelledLogits there = found.logits(copy, test.all(), kNoPoll),
                         here = expected.logits(copy, test.all(), kNoPoll);
    EXPECT_EQ(there.labels, here.labels);
    EXPECT_EQ(there.images, here.images);
    EXPECT_GT(here.logits.cwiseAbs().maxCoeff(), 0.1F);
    EXPECT_LE((there.logits - here.logits).cwiseAbs().maxCoeff(), 2e-5F) << copy;
  }
  for (Index copy = 0; copy < expected.count(); ++copy) {
    const Tally& tally = tallies[static_cast<std::size_t>(copy)];
    const Tally& processor = wanted[static_cast<std::size_t>(copy)];
    EXPECT_EQ(tally.images, processor.images);
    EXPECT_EQ(tally.class_images, processor.class_images);
    EXPECT_NEAR(tally.correct, processor.correct, std::max(1.0, processor.images / 10'000)) << copy;
    EXPECT_NEAR(tally.loss(), processor.loss(), 2e-5);
    EXPECT_NEAR(tally.margin(), processor.margin(), 4e-5);
    if (tally.correct == processor.correct) {
      EXPECT_NEAR(tally.ekl(), processor.ekl(), 2e-5);
    }
    ASSERT_EQ(tally.confusion.size(), processor.confusion.size());
    double moved = 0;
    for (std::size_t i = 0; i < tally.confusion.size(); ++i)
      moved += std::abs(tally.confusion[i] - processor.confusion[i]);
    EXPECT_LE(moved, 2) << copy;
  }
  EXPECT_NE(tallies.front().loss_sum, tallies.back().loss_sum);  // chips differ, or this says nothing
}

TEST_P(DeviceChipsOnDevices, AnswerAsTheProcessor) {
  for (const std::vector<std::string>& layers :
       {std::vector<std::string>{"dense 20", "relu", "dense 15", "relu", "dense classes"},
        {"dense classes"},
        {"dense 20", "norm", "abs", "dropout 0.5", "dense 15", "sigmoid", "norm", "tanh", "dense classes"},
        {"dense 12 no-bias", "tanh", "norm", "dense classes", "norm"}}) {
    SCOPED_TRACE(layers.size());
    const auto network = small_device::network({36, 1, 1}, 5, layers);
    DeviceChips found = on_device(10, network);
    const auto expected = on_processor(10, network);
    expect_answers_of(found, *expected, *test_set());
  }
}

// Windows, strides, paddings, planes at the end, and none.
TEST_P(DeviceChipsOnDevices, ConvolveAsTheProcessor) {
  const SampleSet flat = small::images(kImages);
  for (const auto& [planes, layers] :
       {std::pair<SampleShape, std::vector<std::string>>{
            {1, 6, 6},
            {"conv 4 size 3 padding 1 no-bias", "norm", "relu", "max-pool 2", "conv 6 size 2", "tanh", "average-pool 2",
             "flatten", "dense 7", "abs", "dense classes"}},
        {{2, 3, 6}, {"conv 3 size 3 stride 2 padding 1", "relu", "global-pool", "dense classes"}},
        {{2, 3, 6}, {"conv 5 size 1", "abs", "conv 3 size 1", "norm", "flatten", "dropout 0.1", "dense classes"}},
        {{4, 3, 3}, {"flatten", "dense 9", "norm", "relu", "dense classes"}},
        {{4, 3, 3},  // groups of images, of positions as they lie, of patches; channels by themselves
         {"conv 8 size 2 groups 4 padding 1", "relu", "conv 6 size 1 groups 2", "norm",
          "conv 4 size 3 groups 2 padding 1", "tanh", "conv 4 size 2 groups 4", "flatten", "dense classes"}},
        {{36, 1, 1}, {"conv 12 size 1 groups 3", "relu", "conv 6 size 1 groups 6", "flatten", "dense classes"}},
        {{1, 6, 6},
         {"conv 4 size 3 padding 1 no-bias", "norm", "relu", "residual 4", "residual 6 stride 2", "dropout 0.1",
          "residual 6", "global-pool", "dense classes"}}}) {
    SCOPED_TRACE(layers.front());
    const auto test = small::evaluation_set(SampleSet::of_images(planes, {flat.pixels().begin(), flat.pixels().end()},
                                                                 {flat.labels().begin(), flat.labels().end()}, 5));
    const auto network = small_device::network(
        {static_cast<Index>(planes.channels), static_cast<Index>(planes.height), static_cast<Index>(planes.width)}, 5,
        layers);
    ASSERT_EQ(network_problem(network->spec), "");
    DeviceChips found = on_device(10, network, test);
    const auto expected = on_processor(10, network, test);
    expect_answers_of(found, *expected, *test);
    expect_same_weights(found, *expected);
  }
}

TEST_P(DeviceChipsOnDevices, BranchAsTheProcessor) {
  const auto network = small_device::network(small_device::branched());
  ASSERT_EQ(network_problem(network->spec), "");
  DeviceChips found = on_device(10, network);
  const auto expected = on_processor(10, network);
  expect_answers_of(found, *expected, *test_set());
  expect_same_weights(found, *expected);
}

TEST_P(DeviceChipsOnDevices, AnswerToScaledPixels) {
  const auto test = small::evaluation_set(small::images(kImages), {{0.3F}, {0.25F}});
  DeviceChips found = on_device(3, small_device::plain_network(), test);
  const auto expected = on_processor(3, small_device::plain_network(), test);
  expect_answers_of(found, *expected, *test);
}

TEST_P(DeviceChipsOnDevices, AnswerToLabelledFrames) {
  const auto test = small::evaluation_set(small::sequences(90, true), small::kFeatureScaling);
  const auto network = small_device::network({2, 1, 1}, 3, {"dense 6", "tanh", "dense classes"});
  DeviceChips found = on_device(3, network, test);
  const auto expected = on_processor(3, network, test);
  expect_answers_of(found, *expected, *test);
  small::expect_answers(found, *test, small::image_lists({7, 0, 40}, 90));
}

struct Recurrent {
  bool frame_wise;  ///< whether labels belong to frames
  std::vector<std::string> layers;
};

// Two layers of units, one behind a layer of frames, and what lies between; recordings of one to seven frames.
const Recurrent kRecurrent[] = {
    {true, {"lstm 5", "dense 4", "tanh", "dense classes"}},
    {true, {"dense 6", "relu", "lstm 7", "norm", "lstm 5", "abs", "dense classes"}},
    {false, {"lstm 5", "last", "dense classes"}},
    {false, {"lstm 3", "last", "norm", "dense 4", "relu", "dense classes"}},
    {false, {"dense 6", "tanh", "last", "dense classes"}},
};

// Gates and outputs are within 1, their curves within a few 2^-24 of the processor's, and errors do not grow from step
// to step: the bound of other layers holds.
TEST_P(DeviceChipsOnDevices, AnswerToRecordingsAsTheProcessor) {
  for (const Recurrent& one : kRecurrent) {
    SCOPED_TRACE(one.layers.front());
    const auto test = small::evaluation_set(small::sequences(90, one.frame_wise), small::kFeatureScaling);
    const auto network = small_device::network({2, 1, 1}, 3, one.layers);
    DeviceChips found = on_device(10, network, test);
    const auto expected = on_processor(10, network, test);
    expect_answers_of(found, *expected, *test);
    expect_same_weights(found, *expected);
    small::expect_answers(found, *test, small::image_lists({7, 0, 40, 1, 2, 3, 1, 1, 5, 2}, 90));
    small::expect_refusals(found, *test);
  }
}

// Of 40 to 400 frames. Units forget: the last frames are as near as the first.
TEST_P(DeviceChipsOnDevices, AnswerToLongRecordingsAsTheProcessor) {
  FrameSequences set{.coefficients = 2, .values = {}, .first = {0}, .frame_wise = true, .labels = {}};
  for (const std::size_t length : {400, 40, 150, 399, 90}) set.first.push_back(set.first.back() + length);
  set.values.resize(2 * set.first.back());
  Stream(6, {.purpose = Purpose::initialisation}).normals(0, set.values);
  for (std::size_t i = 0; i < set.first.back(); ++i) set.labels.push_back(static_cast<Label>(i % 3));
  const auto test = small::evaluation_set(SampleSet::of_sequences(std::move(set), 3));
  const auto network = small_device::network({2, 1, 1}, 3, {"lstm 16", "dense classes"});
  DeviceChips found = on_device(3, network, test);
  const auto expected = on_processor(3, network, test);
  expect_answers_of(found, *expected, *test);
}

TEST_P(DeviceChipsOnDevices, AnswerToRecordingsThatAreHeldOut) {
  for (const bool frame_wise : {true, false}) {
    const auto test = std::make_shared<const EvaluationSet>(small::sequences(10, frame_wise), small::kFeatureScaling,
                                                            small::sequences(41, frame_wise));
    const auto network = small::trained_network(small::recurrent(frame_wise),
                                                {initial_parameters(small::recurrent(frame_wise), 4, 0), {}});
    DeviceChips found = on_device(2, network, test);
    const auto expected = on_processor(2, network, test);
    for (Chips* chips : {static_cast<Chips*>(&found), static_cast<Chips*>(expected.get())})
      chips->program({kKey, 0, 0}, kNoPoll);
    for (int again = 0; again < 2; ++again) {  // in turn with the test set
      const Tally there = found.evaluate(test->held_out(), kNoPoll)[1].tally,
                  here = expected->evaluate(test->held_out(), kNoPoll)[1].tally;
      EXPECT_EQ(there.images, here.images);
      EXPECT_EQ(there.class_images, here.class_images);
      EXPECT_NEAR(there.correct, here.correct, 1);
      EXPECT_NEAR(there.loss(), here.loss(), 2e-5);
      EXPECT_LT(found.evaluate(test->all(), kNoPoll)[1].tally.images, there.images);
    }
  }
}

TEST_P(DeviceChipsOnDevices, AreTheSameForRecordingsHoweverManyAreInFlight) {
  const auto test = small::evaluation_set(small::sequences(60, true), small::kFeatureScaling);
  const auto network = small_device::network({2, 1, 1}, 3, {"lstm 6", "dense classes"});
  DeviceChips eleven = on_device(11, network, test), one = on_device(1, network, test);
  eleven.program({kKey, 0, 40}, kNoPoll);
  one.program({kKey, 0, 50}, kNoPoll);
  small_device::expect_same_bits(small::tallies(one, *test, kNoPoll).front(),
                                 small::tallies(eleven, *test, kNoPoll)[10]);
}

TEST_P(DeviceChipsOnDevices, AnswerToImagesThatAreHeldOut) {
  const auto test = std::make_shared<const EvaluationSet>(small::images(100), InputScaling{}, small::images(170));
  DeviceChips found = on_device(3, small_device::plain_network(), test);
  const auto expected = on_processor(3, small_device::plain_network(), test);
  for (Chips* chips : {static_cast<Chips*>(&found), static_cast<Chips*>(expected.get())})
    chips->program({kKey, 0, 0}, kNoPoll);
  for (int again = 0; again < 2; ++again) {  // in turn with the test images
    const std::vector<ChipOutcome> there = found.evaluate(test->held_out(), kNoPoll),
                                   here = expected->evaluate(test->held_out(), kNoPoll);
    EXPECT_EQ(found.evaluate(test->all(), kNoPoll).front().tally.images, 100);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(there[i].tally.images, 170);
      EXPECT_EQ(there[i].tally.class_images, here[i].tally.class_images);
      EXPECT_NEAR(there[i].tally.correct, here[i].tally.correct, 1);
      EXPECT_NEAR(there[i].tally.loss(), here[i].tally.loss(), 2e-5);
    }
  }
}

TEST_P(DeviceChipsOnDevices, AreTheSameHoweverManyAreInFlight) {
  std::vector<Tally> eleven;
  for (const Index copies : {11, 8, 3, 1}) {
    DeviceChips chips = on_device(copies);
    chips.program({kKey, 0, 40}, kNoPoll);
    const std::vector<Tally> tallies = small::tallies(chips, *test_set(), kNoPoll);
    if (copies == 11) eleven = tallies;
    for (std::size_t i = 0; i < tallies.size(); ++i) small_device::expect_same_bits(tallies[i], eleven[i]);
  }
  DeviceChips last = on_device(1);  // elsewhere in its group
  last.program({kKey, 0, 50}, kNoPoll);
  small_device::expect_same_bits(small::tallies(last, *test_set(), kNoPoll).front(), eleven[10]);
}

TEST_P(DeviceChipsOnDevices, AnswerToListsOfTheirOwn) {
  DeviceChips chips = on_device(10);
  chips.program({kKey, 0, 4}, kNoPoll);
  small::expect_answers(chips, *test_set(), small::image_lists({5, 0, 70, 1, 3, 3, 9, 2, 65, 4}, kImages));
  small::expect_refusals(chips, *test_set());
}

TEST_P(DeviceChipsOnDevices, ANaNIsNoAnswer) {
  NetworkState<float> state{small::parameters(), {}};
  state.parameters.back().bias(2) = NAN;
  const auto network = small::trained_network(small::kSpec, state);
  DeviceChips found = on_device(2, network);
  found.program({kKey, 0, 0}, kNoPoll);
  for (const Tally& tally : small::tallies(found, *test_set(), kNoPoll)) {
    EXPECT_EQ(tally.correct, 0);
    EXPECT_TRUE(std::isnan(tally.loss_sum) && std::isnan(tally.margin_sum));
    EXPECT_EQ(tally.confusion, std::vector<double>(25, 0));
  }
  const std::vector<std::vector<std::uint32_t>> lists = {{1}, {}};
  EXPECT_EQ(found.evaluate_each(lists, kNoPoll).front().answers.front().answer, -1);
}

TEST_P(DeviceChipsOnDevices, NothingIsTheAnswerToNoImages) {
  DeviceChips chips = on_device(2);
  chips.program({kKey, 0, 0}, kNoPoll);
  EXPECT_EQ(chips.evaluate({}, kNoPoll)[1].tally.images, 0);
  EXPECT_EQ(chips.logits(0, {}, kNoPoll).logits.rows(), 0);
}

TEST_P(DeviceChipsOnDevices, CanBeInterrupted) {
  DeviceChips chips = on_device(2);
  const Poll interrupt = [] { throw Interrupted(); };
  EXPECT_THROW(chips.program({kKey, 0, 0}, interrupt), Interrupted);
  EXPECT_THROW((void)chips.evaluate(test_set()->all(), interrupt), Interrupted);
}

std::vector<Tally> tallies_with_memory(std::size_t bytes, bool& resident) {
  const auto device = std::make_shared<HostTwin>(bytes);
  const auto images = std::make_shared<DeviceImages>(device, test_set());
  DeviceChips chips(device, small_device::plain_network(), kVariation, images, 11, kShape);
  chips.program({kKey, 0, 0}, kNoPoll);
  resident = images->are_resident();
  return small::tallies(chips, *test_set(), kNoPoll);
}

std::size_t bytes_needed() {
  return DeviceChips::bytes(*small_device::plain_network(), *test_set(), 11, kShape);
}

TEST(DeviceChips, GiveTheSameBytesWithLittleMemory) {
  bool much = false, little = true;
  const std::vector<Tally> expected = tallies_with_memory(std::size_t{1} << 30, much);
  const std::vector<Tally> found = tallies_with_memory(bytes_needed(), little);
  EXPECT_TRUE(much);
  EXPECT_FALSE(little);
  for (std::size_t i = 0; i < expected.size(); ++i) small_device::expect_same_bits(found[i], expected[i]);
}

TEST(DeviceChips, GiveTheSameBytesOfRecordingsWithLittleMemory) {
  for (const bool frame_wise : {true, false}) {
    const auto test = small::evaluation_set(small::sequences(60, frame_wise), small::kFeatureScaling);
    const auto network = small::trained_network(small::recurrent(frame_wise),
                                                {initial_parameters(small::recurrent(frame_wise), 4, 0), {}});
    const std::size_t needed = DeviceChips::bytes(*network, *test, 3, kInLanes);
    std::vector<Tally> expected;
    for (const std::size_t bytes : {std::size_t{1} << 30, needed}) {
      const auto device = std::make_shared<HostTwin>(bytes);
      const auto images = std::make_shared<DeviceImages>(device, test);
      DeviceChips chips(device, network, kVariation, images, 3, kInLanes);
      chips.program({kKey, 0, 0}, kNoPoll);
      EXPECT_EQ(images->are_resident(), bytes != needed);
      const std::vector<Tally> found = small::tallies(chips, *test, kNoPoll);
      if (expected.empty()) expected = found;
      for (std::size_t i = 0; i < expected.size(); ++i) small_device::expect_same_bits(found[i], expected[i]);
    }
  }
}

TEST(DeviceChips, SayHowMuchMemoryTheyNeed) {
  bool resident = false;
  try {
    (void)tallies_with_memory(bytes_needed() - 1, resident);
    FAIL();
  } catch (const std::runtime_error& error) {
    const std::string line = error.what();
    EXPECT_TRUE(line.starts_with("host twin: too little memory for 11 chips of this network (")) << line;
    EXPECT_NE(line.find(" MB are needed, and "), std::string::npos);
  }
}

TEST(DeviceChips, ImagesLeaveForChips) {
  const std::size_t images_bytes = DeviceImages(nullptr, test_set()).bytes();
  const auto device = std::make_shared<HostTwin>(bytes_needed() + images_bytes - 1);
  const auto images = std::make_shared<DeviceImages>(device, test_set());
  images->settle();
  EXPECT_TRUE(images->are_resident());
  const DeviceChips chips(device, small_device::plain_network(), kVariation, images, 11, kShape);
  EXPECT_FALSE(images->are_resident());
}

TEST(DeviceChips, ImagesGoOverOnce) {
  const auto device = std::make_shared<HostTwin>();
  const auto images = std::make_shared<DeviceImages>(device, test_set());
  for (int i = 0; i < 3; ++i) {
    DeviceChips chips(device, small_device::plain_network(), kVariation, images, 3, kShape);
    chips.program({kKey, 0, 0}, kNoPoll);
    const std::size_t before = device->uploaded_bytes();
    (void)chips.evaluate(test_set()->all(), kNoPoll);
    EXPECT_EQ(device->uploaded_bytes() - before, i == 0 ? kImages * 8 : 0) << i;  // labels and numbers of the list
  }
}

}  // namespace device_chips_test
}  // namespace ohmcarlo::gpu
