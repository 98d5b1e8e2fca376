#include "storage/hdf5.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

namespace ohmcarlo::test {
namespace {

using ::testing::ElementsAre;

TEST(Hdf5, AttributesOfEveryTypeReadBack) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  h5::write_attribute(file, "d", -0.1);
  h5::write_attribute(file, "a", std::string("text with \xc3\xa4"));
  h5::write_attribute(file, "c", std::uint64_t{0xFFFFFFFFFFFFFFFF});
  h5::write_attribute(file, "b", std::int64_t{-9007199254740993});
  h5::write_attribute(file, "e", true);
  h5::write_attribute(file, "f", false);
  const std::vector<std::byte> bytes = h5::image(file);
  const h5::Handle again = h5::open_image(bytes);
  EXPECT_THAT(h5::attributes(again), ElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_EQ(h5::read_text(again, "a"), "text with \xc3\xa4");
  EXPECT_EQ(h5::read_integer(again, "b"), -9007199254740993);
  EXPECT_EQ(h5::read_unsigned(again, "c"), 0xFFFFFFFFFFFFFFFF);
  EXPECT_EQ(h5::read_number(again, "d"), -0.1);
  EXPECT_TRUE(h5::read_boolean(again, "e"));
  EXPECT_FALSE(h5::read_boolean(again, "f"));
  EXPECT_EQ(h5::attribute_class(again, "a"), H5T_STRING);
  EXPECT_EQ(h5::attribute_class(again, "d"), H5T_FLOAT);
  EXPECT_THROW((void)h5::read_text(again, "d"), std::runtime_error);
  EXPECT_THROW((void)h5::read_text(again, "missing"), std::runtime_error);
}

TEST(Hdf5, TextsOfSeveralDimensionsReadBackRowByRow) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  const std::vector<std::string> texts = {"a", "", "c", "d", "e", "f"};
  const h5::Handle dataset = h5::write_strings(file, "texts", texts, std::vector<std::size_t>{2, 3});
  EXPECT_THAT(h5::shape_of(dataset), ElementsAre(2U, 3U));
  EXPECT_EQ(h5::read_strings(dataset), texts);
}

TEST(Hdf5, FailedCallsThrowWithTheReason) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  EXPECT_FALSE(h5::exists(file, "group"));
  EXPECT_THROW((void)h5::open_group(file, "group"), std::runtime_error);
  (void)h5::create_group(file, "group");
  EXPECT_TRUE(h5::exists(file, "group"));
  EXPECT_THAT(h5::children(file), ElementsAre("group"));
}

}  // namespace
}  // namespace ohmcarlo::test
