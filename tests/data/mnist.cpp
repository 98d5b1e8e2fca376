#include "data/mnist.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace mnist_test {

TEST(Mnist, AndFashionMnistAreReadFromFilesOfTheSameNames) {
  const Scratch folder;
  write_file(folder / "train-images-idx3-ubyte", blank_images(20, 28, 28));
  write_file(folder / "train-labels-idx1-ubyte", label_bytes(20));
  write_file(folder / "t10k-images-idx3-ubyte.gz", gzip(blank_images(5, 28, 28)));
  write_file(folder / "t10k-labels-idx1-ubyte.gz", gzip(label_bytes(5)));
  for (const DataSet& set : {mnist_set(), fashion_mnist_set()}) {
    const ImageSource& source = std::get<ImageSource>(set.source);
    EXPECT_EQ(source.load({}, folder.path(), SetPart::training).count(), 20U);
    EXPECT_EQ(source.load({}, folder.path(), SetPart::test).count(), 5U);
    EXPECT_EQ(source.measure({}, folder.path(), SetPart::test).count, 5U);
    EXPECT_EQ(set.files.size(), 4U);
    for (const std::string& name : set.files)
      EXPECT_TRUE(fs::exists(folder / name) || fs::exists(folder / (name + ".gz"))) << name;
  }
  EXPECT_EQ(mnist_set().name, "mnist");
  EXPECT_EQ(fashion_mnist_set().name, "fashion-mnist");
}

// 14 x 56 pixels are as many as 28 x 28.
TEST(Mnist, OfOtherSizesIsRefused) {
  const Scratch folder;
  write_file(folder / "train-labels-idx1-ubyte", label_bytes(20));
  const ImageSource source = std::get<ImageSource>(mnist_set().source);
  for (const auto& [rows, columns] : {std::pair{14U, 14U}, std::pair{14U, 56U}}) {
    write_file(folder / "train-images-idx3-ubyte", blank_images(20, rows, columns));
    const std::string message =
        fmt::format("{}: images of {} x {} pixels; needed: 28 x 28 (data.set = \"idx\" takes any)",
                    (folder / "train-images-idx3-ubyte").string(), rows, columns);
    EXPECT_EQ(error_of([&] { (void)source.load({}, folder.path(), SetPart::training); }, typeid(BadData)), message);
    EXPECT_EQ(error_of([&] { (void)source.measure({}, folder.path(), SetPart::training); }, typeid(BadData)), message);
  }
}

}  // namespace mnist_test
}  // namespace ohmcarlo::test
