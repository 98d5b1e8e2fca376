// Clean products are made once for a list of images, and anew for another one.

#include "chip/clean_products.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace clean_products_test {

struct Maker {
  int made = 0;
  const LayerProducts& ask(CleanProducts& clean, std::size_t number, const std::vector<std::uint32_t>& images) {
    return clean.of(number, images, [&](LayerProducts& products) {
      products.resize(1);
      EXPECT_TRUE(products[0].empty());
      products[0].push_back(Matrix<float>::Constant(1, 2, static_cast<float>(++made)));
    });
  }
};

TEST(CleanProducts, AreMadeOnceForAList) {
  CleanProducts clean(1000);
  Maker maker;
  EXPECT_EQ(maker.ask(clean, 0, {1, 2})[0][0](0, 0), 1);
  EXPECT_EQ(maker.ask(clean, 1, {3})[0][0](0, 0), 2);
  EXPECT_EQ(maker.ask(clean, 0, {1, 2})[0][0](0, 0), 1);
  EXPECT_EQ(maker.ask(clean, 1, {3})[0][0](0, 0), 2);
  EXPECT_EQ(maker.ask(clean, 0, {2, 1})[0][0](0, 0), 3);
  EXPECT_EQ(maker.ask(clean, 0, {1, 2})[0][0](0, 0), 4);
}

TEST(CleanProducts, GiveWayWhereThereAreTooMany) {
  CleanProducts clean(8);  // of one batch
  Maker maker;
  (void)maker.ask(clean, 0, {1});
  (void)maker.ask(clean, 1, {2});
  EXPECT_EQ(maker.ask(clean, 1, {2})[0][0](0, 0), 2);
  EXPECT_EQ(maker.ask(clean, 0, {1})[0][0](0, 0), 3);
}

TEST(CleanProducts, OfAListThatFailedAreMadeAgain) {
  CleanProducts clean(1000);
  Maker maker;
  (void)maker.ask(clean, 0, {1});
  EXPECT_THROW((void)clean.of(0, std::vector<std::uint32_t>{2}, [](LayerProducts&) { throw 1; }), int);
  EXPECT_EQ(maker.ask(clean, 0, {1})[0][0](0, 0), 2);
}

}  // namespace clean_products_test
}  // namespace ohmcarlo
