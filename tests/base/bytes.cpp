#include "base/bytes.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace bytes_test {

struct Pair {
  double first;
  bool second;
};

TEST(Bytes, ValuesComeBackInTheOrderOfWriting) {
  const std::string bytes = ByteWriter()
                                .write(std::int64_t{-7})
                                .write(std::string("two\0words", 9))
                                .write(std::numeric_limits<double>::quiet_NaN())
                                .write(std::vector<std::string>{"a", "", "bc"})
                                .write(std::vector<Pair>{{1.5, true}, {-0.0, false}})
                                .write(true)
                                .take();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.read<std::int64_t>(), -7);
  EXPECT_EQ(reader.read<std::string>(), std::string("two\0words", 9));
  EXPECT_TRUE(std::isnan(reader.read<double>()));
  EXPECT_EQ(reader.read<std::vector<std::string>>(), (std::vector<std::string>{"a", "", "bc"}));
  const auto pairs = reader.read<std::vector<Pair>>();
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].first, 1.5);
  EXPECT_TRUE(pairs[0].second);
  EXPECT_TRUE(std::signbit(pairs[1].first));
  EXPECT_TRUE(reader.read<bool>());
}

struct Listed {
  std::string name;
  std::vector<Pair> pairs;
  std::int32_t count = 0;

  static auto members(auto& self) { return std::tie(self.name, self.pairs, self.count); }
};

TEST(Bytes, RecordsAreTheirMembersInTheOrderOfTheirList) {
  const Listed record{"a", {{2.5, true}}, -3};
  EXPECT_EQ(pack_bytes(record), ByteWriter().write(record.name).write(record.pairs).write(record.count).take());
  const auto back = unpack_bytes<std::vector<Listed>>(pack_bytes(std::vector<Listed>{{}, record}));
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].name, "");
  EXPECT_EQ(back[1].name, "a");
  ASSERT_EQ(back[1].pairs.size(), 1U);
  EXPECT_EQ(back[1].pairs[0].first, 2.5);
  EXPECT_EQ(back[1].count, -3);
}

TEST(Bytes, VariantsKeepTheirKind) {
  using Any = std::variant<std::int32_t, std::string, Listed, bool>;
  EXPECT_EQ(std::get<std::int32_t>(unpack_bytes<Any>(pack_bytes(Any(5)))), 5);
  EXPECT_EQ(std::get<std::string>(unpack_bytes<Any>(pack_bytes(Any(std::string("text"))))), "text");
  EXPECT_EQ(std::get<Listed>(unpack_bytes<Any>(pack_bytes(Any(Listed{"b", {}, 7})))).count, 7);
  EXPECT_TRUE(std::get<bool>(unpack_bytes<Any>(pack_bytes(Any(true)))));
  EXPECT_THROW((void)unpack_bytes<Any>("\x04    "), std::logic_error) << "there is no fifth kind";
}

TEST(Bytes, UnpackingLeavesNothingBehind) {
  EXPECT_EQ(unpack_bytes<std::int32_t>(pack_bytes(std::int32_t{9})), 9);
  EXPECT_THROW((void)unpack_bytes<std::int32_t>(pack_bytes(std::int64_t{9})), std::logic_error);
  EXPECT_THROW((void)unpack_bytes<std::int64_t>(pack_bytes(std::int32_t{9})), std::logic_error);
}

TEST(Bytes, EveryTruncatedMessageIsRefused) {
  const std::string bytes = ByteWriter().write(std::string("name")).write(std::vector<double>{1, 2}).take();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    ByteReader reader(std::string_view(bytes).substr(0, length));
    EXPECT_THROW((reader.read<std::string>(), reader.read<std::vector<double>>()), std::logic_error) << length;
  }
}

TEST(Bytes, NothingIsReadPastTheEnd) {
  const std::string bytes = ByteWriter().write(1.0).take();
  ByteReader reader(bytes);
  (void)reader.read<double>();
  EXPECT_THROW((void)reader.read<char>(), std::logic_error);
}

TEST(Bytes, AnAbsurdLengthIsRefusedWithoutMemory) {
  const std::string bytes = ByteWriter().write(std::numeric_limits<std::size_t>::max()).write(1.0).take();
  EXPECT_THROW((void)ByteReader(bytes).read<std::string>(), std::logic_error);
  EXPECT_THROW((void)ByteReader(bytes).read<std::vector<double>>(), std::logic_error);
}

}  // namespace bytes_test
}  // namespace ohmcarlo
