#include "storage/array_file.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "scratch.hpp"
#include "storage/hdf5.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo::test {
namespace array_file_test {

using ::testing::ElementsAre;

TEST(ArrayFile, HoldsArraysInTheirGroupsWithTheirAttributes) {
  const Scratch folder;
  save_arrays(folder / "A.h5", {{"name", "one"}, {"trial", std::int64_t{7}}},
              {{"a/b/x", {2, 2}, std::vector<float>{1, 2, 3, 4}, {{"units", "1"}, {"scale", 0.5}}},
               {"a/y", {3}, std::vector<std::int32_t>{-1, 0, 5}, {}},
               {"z", {1}, std::vector<std::uint32_t>{4000000000U}, {}}});
  EXPECT_THAT(folder.names(), ElementsAre("A.h5"));
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::open_image(read_whole(folder / "A.h5"));
  EXPECT_EQ(h5::read_text(file, "name"), "one");
  EXPECT_EQ(h5::read_integer(file, "trial"), 7);
  const h5::Handle x = h5::open_dataset(file, "a/b/x");
  EXPECT_THAT(h5::shape_of(x), ElementsAre(2, 2));
  EXPECT_EQ(h5::read_text(x, "units"), "1");
  EXPECT_EQ(h5::read_number(x, "scale"), 0.5);
  std::vector<float> numbers(4);
  h5::read_dataset(x, H5T_NATIVE_FLOAT, numbers);
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4));
  std::vector<std::int64_t> whole(3);
  h5::read_dataset(h5::open_dataset(file, "a/y"), H5T_NATIVE_INT64, whole);
  EXPECT_THAT(whole, ElementsAre(-1, 0, 5));
  whole.resize(1);
  h5::read_dataset(h5::open_dataset(file, "z"), H5T_NATIVE_INT64, whole);
  EXPECT_THAT(whole, ElementsAre(4000000000));
}

TEST(ArrayFile, IsNotWrittenWhereItCannotBe) {
  const Scratch folder;
  EXPECT_THROW(save_arrays(folder / "none" / "A.h5", {}, {}), UnusableResults);
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace array_file_test
}  // namespace ohmcarlo::test
