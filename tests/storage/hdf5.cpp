// What is written through the thin layer comes back, from bytes alone.

#include "storage/hdf5.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmcarlo::hdf5_test {
namespace {

using testing::ElementsAre;

TEST(Hdf5, BringsBackWhatWasWrittenFromTheImageOfTheFile) {
  const std::array<double, 6> values = {1.5, -2, 3, 4, 5, 6e-300};
  std::vector<std::byte> bytes;
  {
    const h5::Handle file = h5::create_in_memory();
    const h5::Handle group = h5::create_group(file, "group");
    h5::write_attribute(group, "text", std::string("a \"b\""));
    h5::write_attribute(group, "number", 0.1);
    h5::write_attribute(group, "unsigned", std::uint64_t{0xFFFFFFFFFFFFFFFF});
    h5::write_attribute(group, "signed", std::int64_t{-5});
    h5::write_dataset(group, "values", H5T_NATIVE_DOUBLE, std::array<std::size_t, 2>{2, 3}, values.data());
    h5::write_strings(group, "names", {"", "plain", "\xC3\xA4"}, std::array<std::size_t, 1>{3});
    bytes = h5::image(file);
  }
  const h5::Handle file = h5::open_image(bytes);
  const h5::Handle group = h5::open_group(file, "group");
  EXPECT_EQ(h5::read_text(group, "text"), "a \"b\"");
  EXPECT_EQ(h5::read_number(group, "number"), 0.1);
  EXPECT_EQ(h5::read_unsigned(group, "unsigned"), 0xFFFFFFFFFFFFFFFF);
  EXPECT_EQ(h5::read_integer(group, "signed"), -5);
  EXPECT_TRUE(h5::has_attribute(group, "text"));
  EXPECT_FALSE(h5::has_attribute(group, "other"));
  EXPECT_THAT(h5::children(group), testing::UnorderedElementsAre("names", "values"));
  EXPECT_THAT(h5::read_strings(h5::open_dataset(group, "names")), ElementsAre("", "plain", "\xC3\xA4"));
  const h5::Handle dataset = h5::open_dataset(group, "values");
  EXPECT_THAT(h5::shape_of(dataset), ElementsAre(2, 3));
  EXPECT_EQ(h5::class_of(dataset), H5T_FLOAT);
  EXPECT_FALSE(h5::is_scale(dataset));
  std::array<double, 6> read{};
  h5::read_dataset(dataset, H5T_NATIVE_DOUBLE, read.data());
  EXPECT_EQ(read, values);
}

TEST(Hdf5, ThrowsWithAReasonForWhatIsNotThere) {
  const h5::Handle file = h5::create_in_memory();
  EXPECT_FALSE(h5::exists(file, "group"));
  EXPECT_THROW((void)h5::open_group(file, "group"), std::runtime_error);
  EXPECT_THROW((void)h5::open_dataset(file, "values"), std::runtime_error);
  EXPECT_THROW((void)h5::open_image(std::vector<std::byte>(512)), std::runtime_error);
}

}  // namespace
}  // namespace ohmcarlo::hdf5_test
