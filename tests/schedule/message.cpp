#include "schedule/message.hpp"

#include <gmock/gmock.h>

namespace ohmcarlo {
namespace message_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Message, OrdersComeBack) {
  EXPECT_EQ(std::get<Brief>(unpack_order(pack(Order(Brief{std::string("a\0b", 3)})))).payload, std::string("a\0b", 3));
  EXPECT_EQ(std::get<TrainModel>(unpack_order(pack(Order(TrainModel{7})))).model, 7U);
  const auto evaluate = std::get<EvaluateUnits>(unpack_order(pack(Order(EvaluateUnits{3, {5, 1, 4}}))));
  EXPECT_EQ(evaluate.lot, 3U);
  EXPECT_THAT(evaluate.units, ElementsAre(5, 1, 4));
  EXPECT_TRUE(std::holds_alternative<Drain>(unpack_order(pack(Order(Drain{})))));
  EXPECT_TRUE(std::holds_alternative<Abandon>(unpack_order(pack(Order(Abandon{})))));
  EXPECT_EQ(std::get<Leave>(unpack_order(pack(Order(Leave{75})))).status, 75);
}

TEST(Message, ReportsComeBack) {
  const auto trained = std::get<ModelTrained>(unpack_report(pack(Report(ModelTrained{2, std::string("a\0b", 3)}))));
  EXPECT_EQ(trained.model, 2U);
  EXPECT_EQ(trained.payload, std::string("a\0b", 3));
  EXPECT_EQ(std::get<Note>(unpack_report(pack(Report(Note{"epoch 3"})))).line, "epoch 3");
  const auto evaluated =
      std::get<UnitsEvaluated>(unpack_report(pack(Report(UnitsEvaluated{4, {{9, 0.25, "x"}, {8, 1.5, ""}}}))));
  EXPECT_EQ(evaluated.lot, 4U);
  ASSERT_EQ(evaluated.results.size(), 2U);
  EXPECT_EQ(evaluated.results[0].unit, 9U);
  EXPECT_EQ(evaluated.results[0].seconds, 0.25);
  EXPECT_EQ(evaluated.results[0].payload, "x");
  EXPECT_EQ(evaluated.results[1].unit, 8U);
  EXPECT_EQ(evaluated.results[1].seconds, 1.5);
  EXPECT_THAT(evaluated.results[1].payload, IsEmpty());
  EXPECT_TRUE(std::holds_alternative<ItemFinished>(unpack_report(pack(Report(ItemFinished{})))));
  const auto failure = std::get<Failure>(unpack_report(pack(Report(Failure{2, "cut short"}))));
  EXPECT_EQ(failure.type, 2);
  EXPECT_EQ(failure.message, "cut short");
  EXPECT_EQ(std::get<Signalled>(unpack_report(pack(Report(Signalled{StopRequest::hard})))).request, StopRequest::hard);
}

TEST(Message, EveryOtherLengthIsRefused) {
  const std::string bytes = pack(Report(UnitsEvaluated{4, {{9, 0.25, "x"}}}));
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW((void)unpack_report(bytes.substr(0, length)), std::logic_error) << length;
  EXPECT_THROW((void)unpack_report(bytes + "x"), std::logic_error);
}

TEST(Message, UnknownKindsAreRefused) {
  EXPECT_THROW((void)unpack_order("\x06    "), std::logic_error);
  EXPECT_THROW((void)unpack_report("\x06    "), std::logic_error);
}

}  // namespace message_test
}  // namespace ohmcarlo
