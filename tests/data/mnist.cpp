#include "data/mnist.hpp"

#include <gtest/gtest.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace {

TEST(Mnist, AndFashionMnistAreReadFromFilesOfTheSameNames) {
  const Scratch folder;
  write_file(folder / "train-images-idx3-ubyte", image_bytes(20));
  write_file(folder / "train-labels-idx1-ubyte", label_bytes(20));
  write_file(folder / "t10k-images-idx3-ubyte.gz", gzip(image_bytes(5)));
  write_file(folder / "t10k-labels-idx1-ubyte.gz", gzip(label_bytes(5)));
  for (const DataSet& set : {mnist_set(), fashion_mnist_set()}) {
    const ImageSource& source = std::get<ImageSource>(set.source);
    EXPECT_EQ(source.training(folder.path()).count(), 20U);
    EXPECT_EQ(source.test(folder.path()).count(), 5U);
    EXPECT_EQ(set.files.size(), 4U);
    for (const std::string& name : set.files)
      EXPECT_TRUE(fs::exists(folder / name) || fs::exists(folder / (name + ".gz"))) << name;
  }
  EXPECT_EQ(mnist_set().name, "mnist");
  EXPECT_EQ(fashion_mnist_set().name, "fashion-mnist");
}

}  // namespace
}  // namespace ohmcarlo::test
