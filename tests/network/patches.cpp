#include "network/patches.hpp"

#include "network/gradients.hpp"

namespace ohmcarlo {
namespace patches_test {

struct Slide {
  Planes in;
  Window window;
};
const Slide kSlides[] = {
    {{2, 4, 5}, {3, 1, 1}}, {{1, 7, 4}, {{4, 2}, {2, 1}, {1, 0}}}, {{3, 3, 6}, {{1, 4}, {1, 2}, {0, 3}}}};

/// Pixel (row, column) of the window at place (down, along), 0 in the padding.
double seen_by_window(const Slide& slide, const Matrix<double>& planes, Index channel, Index down, Index along,
                      Index row, Index column) {
  const auto& [size, stride, padding] = slide.window;
  const Index r = down * stride.rows - padding.rows + row, c = along * stride.columns - padding.columns + column;
  if (r < 0 || r >= slide.in.height || c < 0 || c >= slide.in.width) return 0;
  return planes(0, (channel * slide.in.height + r) * slide.in.width + c);
}

TEST(Patches, HaveARowAPlaceAndAColumnAPixelOfTheWindow) {
  for (const Slide& slide : kSlides) {
    const Index height = slide.window.down().places(slide.in.height),
                width = slide.window.across().places(slide.in.width);
    const Pair& size = slide.window.size;
    Matrix<double> planes(1, slide.in.features());
    gradients::fill(planes, 3);
    Matrix<double> patches = Matrix<double>::Constant(height * width, slide.in.channels * size.product(), 99);
    fill_patches<double>(planes.data(), slide.in, slide.window, patches);
    for (Index place = 0; place < patches.rows(); ++place)
      for (Index element = 0; element < patches.cols(); ++element) {
        const Index channel = element / size.product(), row = element / size.columns % size.rows;
        EXPECT_EQ(patches(place, element),
                  seen_by_window(slide, planes, channel, place / width, place % width, row, element % size.columns));
      }
  }
}

// <patches of x, p> = <x, what adding p gives>: the two maps are each other's transpose.
TEST(Patches, AreAddedByTheTransposedMap) {
  for (const Slide& slide : kSlides) {
    const Index places = slide.window.down().places(slide.in.height) * slide.window.across().places(slide.in.width);
    Matrix<double> x(1, slide.in.features()), p(places, slide.in.channels * slide.window.size.product());
    gradients::fill(x, 4);
    gradients::fill(p, 5);
    Matrix<double> patches(p.rows(), p.cols()), added = Matrix<double>::Zero(1, x.cols());
    fill_patches<double>(x.data(), slide.in, slide.window, patches);
    add_patches<double>(p, slide.in, slide.window, added.data());
    EXPECT_NEAR(patches.cwiseProduct(p).sum(), x.cwiseProduct(added).sum(), 1e-12);
  }
}

}  // namespace patches_test
}  // namespace ohmcarlo
