// What is written through the thin layer comes back, from bytes alone.

#include "storage/hdf5.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmcarlo::hdf5_test {
namespace hdf5_test {

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
  h5::read_dataset(dataset, H5T_NATIVE_DOUBLE, read);
  EXPECT_EQ(read, values);
}

TEST(Hdf5, ThrowsWithAReasonForWhatIsNotThere) {
  const h5::Handle file = h5::create_in_memory();
  EXPECT_FALSE(h5::exists(file, "group"));
  EXPECT_THROW((void)h5::open_group(file, "group"), std::runtime_error);
  EXPECT_THROW((void)h5::open_dataset(file, "values"), std::runtime_error);
}

/// An attribute with two values where everybody expects one.
void write_pair(hid_t object, const char* name, hid_t type, const void* values) {
  const hsize_t two = 2;
  const h5::Handle space(H5Screate_simple(1, &two, nullptr), H5Sclose, "space");
  const h5::Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, name);
  h5::check(H5Awrite(attribute, type, values), name);
}

// The library writes all values of an attribute wherever it is told to: two of them were one too many for the stack.
TEST(Hdf5, AnAttributeOfSeveralValuesIsRefused) {
  const h5::Handle file = h5::create_in_memory();
  const std::array<std::uint64_t, 2> numbers = {1, 2};
  write_pair(file, "numbers", H5T_NATIVE_UINT64, numbers.data());
  const h5::Handle text(H5Tcopy(H5T_C_S1), H5Tclose, "text");
  h5::check(H5Tset_size(text, H5T_VARIABLE), "text");
  h5::check(H5Tset_cset(text, H5T_CSET_UTF8), "text");
  const std::array<const char*, 2> texts = {"a", "b"};
  write_pair(file, "texts", text, static_cast<const void*>(texts.data()));
  EXPECT_THROW((void)h5::read_unsigned(file, "numbers"), std::runtime_error);
  EXPECT_THROW((void)h5::read_number(file, "numbers"), std::runtime_error);
  EXPECT_THROW((void)h5::read_integer(file, "numbers"), std::runtime_error);
  EXPECT_THROW((void)h5::read_boolean(file, "numbers"), std::runtime_error);
  EXPECT_THROW((void)h5::read_text(file, "texts"), std::runtime_error);
}

TEST(Hdf5, ADatasetIsReadIntoRoomOfItsSizeOnly) {
  const h5::Handle file = h5::create_in_memory();
  const std::array<double, 6> values{};
  const h5::Handle dataset =
      h5::write_dataset(file, "values", H5T_NATIVE_DOUBLE, std::array<std::size_t, 2>{2, 3}, values.data());
  std::array<double, 8> room{};
  EXPECT_NO_THROW(h5::read_bytes(dataset, H5T_NATIVE_DOUBLE, std::as_writable_bytes(std::span(room).first(6))));
  for (const std::size_t count : {0U, 2U, 5U, 7U})
    EXPECT_THROW(h5::read_bytes(dataset, H5T_NATIVE_DOUBLE, std::as_writable_bytes(std::span(room).first(count))),
                 std::runtime_error)
        << count;
}

TEST(Hdf5, SizesWhoseProductOverflowsAreRefused) {
  EXPECT_EQ(h5::count_of({}), 1U);
  EXPECT_EQ(h5::count_of(std::vector<std::size_t>{3, 4}), 12U);
  EXPECT_EQ(h5::count_of(std::vector<std::size_t>{0, std::size_t{1} << 60}), 0U);
  EXPECT_THROW((void)h5::count_of(std::vector<std::size_t>(2, std::size_t{1} << 32)), std::runtime_error);
}

TEST(Hdf5, ThrowsForBytesThatAreNoFile) {
  EXPECT_THROW((void)h5::open_image(std::vector<std::byte>(512)), std::runtime_error);
}

}  // namespace hdf5_test
}  // namespace ohmcarlo::hdf5_test
