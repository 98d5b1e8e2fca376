#include "data/cifar.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "data/cifar_files.hpp"

namespace ohmcarlo::test {
namespace cifar_test {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Cifar : public ::testing::Test {
 protected:
  std::string error10(const Bytes& bytes) {
    write_file(file, bytes);
    return error_of([&] { static_cast<void>(read_cifar10({file})); }, typeid(BadData));
  }
  std::string error100(const Bytes& bytes) {
    write_file(file, bytes);
    return error_of([&] { static_cast<void>(read_cifar100(file)); }, typeid(BadData));
  }

  Scratch folder;
  fs::path file = folder / "batch.bin";
};

TEST_F(Cifar, RecordsOfAllFilesAreReadInTheirOrder) {
  write_file(folder / "a", cifar_bytes({{3}, {9}}, 0));
  write_file(folder / "b", gzip(cifar_bytes({{0}}, 2)));  // recognised by its content
  const SampleSet set = read_cifar10({folder / "a", folder / "b"});
  EXPECT_EQ(set.count(), 3U);
  EXPECT_EQ(set.shape(), (SampleShape{3, 32, 32}));
  EXPECT_EQ(set.classes(), 10U);
  EXPECT_TRUE(std::ranges::equal(set.labels(), std::vector<Label>{3, 9, 0}));
  ASSERT_EQ(set.pixels().size(), 3U * 3072);
  for (std::size_t image = 0; image < 3; ++image) {
    for (std::size_t p = 0; p < 3072; ++p) {
      ASSERT_EQ(set.pixels()[3072 * image + p], cifar_pixel(image, p)) << image << ' ' << p;
    }
  }
}

TEST_F(Cifar, FineLabelsOfTheHundredAreUsed) {
  write_file(file, cifar_bytes({{19, 99}, {0, 42}}, 0));
  const SampleSet set = read_cifar100(file);
  EXPECT_EQ(set.classes(), 100U);
  EXPECT_TRUE(std::ranges::equal(set.labels(), std::vector<Label>{99, 42}));
  EXPECT_EQ(set.pixels()[0], cifar_pixel(0, 0));
  EXPECT_EQ(set.pixels()[3072 + 3071], cifar_pixel(1, 3071));
}

TEST_F(Cifar, CutRecordIsNamedWithItsPlace) {
  Bytes bytes = cifar_bytes({{1}, {2}, {3}}, 0);
  bytes.pop_back();
  EXPECT_EQ(error10(bytes), file.string() + ": record 2 is cut short at byte 9218; a record has 3073 bytes");
  bytes.resize(3073 + 1);
  EXPECT_THAT(error10(bytes), HasSubstr(": record 1 is cut short at byte 3074; "));
  bytes = cifar_bytes({{1, 2}, {3, 4}}, 0);
  bytes.resize(3074 + 1);  // ends between its two labels
  EXPECT_EQ(error100(bytes), file.string() + ": record 1 is cut short at byte 3075; a record has 3074 bytes");
  bytes = cifar_bytes({{1}, {2}}, 0);
  bytes.push_back(0);  // a byte too many starts another record
  EXPECT_THAT(error10(bytes), HasSubstr(": record 2 is cut short at byte 6147; "));
}

TEST_F(Cifar, LabelOutOfRangeIsNamedWithItsPlace) {
  EXPECT_EQ(error10(cifar_bytes({{9}, {10}}, 0)),
            file.string() + ": record 1 has the label 10 (byte 3073); allowed: 0..9");
  EXPECT_EQ(error100(cifar_bytes({{19, 99}, {20, 0}}, 0)),
            file.string() + ": record 1 has the coarse label 20 (byte 3074); allowed: 0..19");
  EXPECT_EQ(error100(cifar_bytes({{0, 100}}, 0)),
            file.string() + ": record 0 has the fine label 100 (byte 1); allowed: 0..99");
}

TEST_F(Cifar, FilesWithoutRecordsAreRefused) {
  EXPECT_EQ(error10({}), file.string() + ": the file is empty");
  EXPECT_EQ(error10(gzip({})), file.string() + ": there is no record in it");
  fs::remove(file);
  EXPECT_EQ(error_of([&] { static_cast<void>(read_cifar100(file)); }, typeid(BadData)),
            file.string() + ": no such file");
  Bytes packed = gzip(cifar_bytes({{1}}, 0));
  packed.resize(packed.size() / 2);
  EXPECT_THAT(error10(packed), StartsWith(file.string() + ": the gzip data is cut short"));
}

}  // namespace cifar_test
}  // namespace ohmcarlo::test
