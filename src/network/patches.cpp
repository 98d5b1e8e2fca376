#include "network/patches.hpp"

namespace ohmcarlo {
namespace {

/// Calls visit(row, column, pixel, count) for every run of pixels that lie side by side both in a patch and in a plane:
/// count elements from patches(row, column) on, and from planes[pixel] on.
template <class Visit>
void for_each_run(const Planes& in, const Window& window, const Visit& visit) {
  const WindowAxis vertical = window.down(), horizontal = window.across();
  const Index height = vertical.places(in.height), width = horizontal.places(in.width);
  for (Index down = 0; down < height; ++down) {
    const Span rows(vertical, down, in.height);
    const Index top = down * vertical.stride - vertical.padding;
    for (Index along = 0; along < width; ++along) {
      const Span columns(horizontal, along, in.width);
      const Index left = along * horizontal.stride - horizontal.padding;
      if (columns.end <= columns.begin) continue;
      for (Index channel = 0; channel < in.channels; ++channel)
        for (Index row = rows.begin; row < rows.end; ++row)
          visit(down * width + along, (channel * vertical.size + row - top) * horizontal.size + columns.begin - left,
                (channel * in.height + row) * in.width + columns.begin, columns.end - columns.begin);
    }
  }
}

template <class T>
void require_shape(View<T> patches, const Planes& in, const Window& window) {
  require(patches.rows == window.down().places(in.height) * window.across().places(in.width) &&
              patches.cols == in.channels * window.size.product(),
          "patches have a row a place and a column a pixel of the window");
}

}  // namespace

template <class T>
void fill_patches(const T* planes, const Planes& in, const Window& window, View<T> patches) {
  require_shape(patches, in, window);
  if (!(window.padding == 0)) patches.map().setZero();
  for_each_run(in, window, [&](Index row, Index column, Index pixel, Index count) {
    T* to = patches.row(row) + column;
    for (Index i = 0; i < count; ++i) to[i] = planes[pixel + i];
  });
}

template <class T>
void add_patches(View<const T> patches, const Planes& in, const Window& window, T* planes) {
  require_shape(patches, in, window);
  for_each_run(in, window, [&](Index row, Index column, Index pixel, Index count) {
    const T* from = patches.row(row) + column;
    for (Index i = 0; i < count; ++i) planes[pixel + i] += from[i];
  });
}

template void fill_patches<float>(const float*, const Planes&, const Window&, View<float>);
template void fill_patches<double>(const double*, const Planes&, const Window&, View<double>);
template void add_patches<float>(View<const float>, const Planes&, const Window&, float*);
template void add_patches<double>(View<const double>, const Planes&, const Window&, double*);

}  // namespace ohmcarlo
