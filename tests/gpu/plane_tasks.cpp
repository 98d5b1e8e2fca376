// Patches and poolings that the threads of a GPU would make, against those of network/.

#include "gpu/plane_tasks.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "gpu/on_devices.hpp"
#include "linalg/matrix.hpp"
#include "network/patches.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::gpu {
namespace plane_tasks_test {

class PlaneTasksOnDevices : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, PlaneTasksOnDevices, kDevices, kNameOfDevice);

/// Planes and windows with strides, paddings and sides of their own each way.
const std::pair<Planes, Window> kCases[] = {
    {{3, 5, 4}, {}},
    {{2, 6, 7}, {.size = {3, 2}, .stride = {2, 1}, .padding = {1, 0}}},
    {{1, 4, 9}, {.size = {4, 3}, .stride = {1, 3}, .padding = {2, 1}}},
    {{4, 3, 5}, {.size = {3, 5}}},
};

SlidingWindow window_of(const Planes& in, const Window& window) {
  const auto n = [](Index index) { return static_cast<std::int32_t>(index); };
  return {n(in.channels),
          n(in.height),
          n(in.width),
          n(window.down().places(in.height)),
          n(window.across().places(in.width)),
          n(window.size.rows),
          n(window.size.columns),
          n(window.stride.rows),
          n(window.stride.columns),
          n(window.padding.rows),
          n(window.padding.columns)};
}

constexpr std::uint64_t kRows = 3, kChips = 2;

/// Of every row and chip its planes [channels, positions], and the same as values between layers and as images.
struct Made {
  std::vector<std::vector<float>> planes;
  std::vector<float> values, images;  ///< images: of chip 0
};

Made made(const Planes& in) {
  Made all;
  const auto features = static_cast<std::size_t>(in.features());
  const auto channels = static_cast<std::size_t>(in.channels), positions = static_cast<std::size_t>(in.positions());
  all.values.resize(kRows * kChips * features);
  for (std::size_t row = 0; row < kRows; ++row)
    for (std::size_t chip = 0; chip < kChips; ++chip) {
      std::vector<float>& planes = all.planes.emplace_back(features);
      Stream(9, {.purpose = Purpose::initialisation, .layer = static_cast<std::uint32_t>(row * kChips + chip)})
          .normals(0, planes);
      for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t p = 0; p < positions; ++p)
          all.values[((row * positions + p) * kChips + chip) * channels + c] = planes[c * positions + p];
      if (chip == 0) all.images.insert(all.images.end(), planes.begin(), planes.end());
    }
  return all;
}

TEST_P(PlaneTasksOnDevices, MakeThePatchesOfTheProcessor) {
  for (const auto& [in, window] : kCases)
    for (const bool images : {true, false}) {
      const Made all = made(in);
      const SlidingWindow sliding = window_of(in, window);
      const std::uint64_t chips = images ? 1 : kChips;
      const auto positions = static_cast<std::uint64_t>(in.positions()),
                 channels = static_cast<std::uint64_t>(in.channels);
      const DeviceArray<float> planes(device_, images ? all.images : all.values);
      GatherPatches task{.planes = planes.data(),
                         .window = sliding,
                         .layout = images ? PlaneLayout::of_images(positions, channels)
                                          : PlaneLayout::of_values(positions, kChips, channels),
                         .rows = kRows,
                         .chips = chips};
      const DeviceArray<float> patches(device_, task.size());
      task.patches = patches.data();
      device_->launch(task);
      const std::vector<float> found = patches.download(0, patches.size());
      const auto places = static_cast<Index>(sliding.places()), patch = static_cast<Index>(task.patch());
      for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t chip = 0; chip < chips; ++chip) {
          Matrix<float> expected(places, patch);
          fill_patches<float>(all.planes[row * kChips + chip].data(), in, window, expected);
          for (Index place = 0; place < places; ++place)
            for (Index i = 0; i < patch; ++i)
              ASSERT_EQ(
                  found[((row * sliding.places() + static_cast<std::size_t>(place)) * chips + chip) * task.patch() +
                        static_cast<std::size_t>(i)],
                  expected(place, i));
        }
    }
}

TEST_P(PlaneTasksOnDevices, PoolWhatIsUnderTheWindow) {
  for (const auto& [in, window] : kCases)
    for (const bool largest : {true, false}) {
      const Made all = made(in);
      const SlidingWindow sliding = window_of(in, window);
      const auto channels = static_cast<std::uint64_t>(in.channels);
      const DeviceArray<float> planes(device_, all.values);
      PoolPlanes task{.planes = planes.data(),
                      .window = sliding,
                      .layout = PlaneLayout::of_values(static_cast<std::uint64_t>(in.positions()), kChips, channels),
                      .rows = kRows,
                      .chips = kChips,
                      .largest = largest};
      const DeviceArray<float> pooled(device_, task.size());
      task.pooled = pooled.data();
      device_->launch(task);
      const std::vector<float> found = pooled.download(0, pooled.size());
      for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t chip = 0; chip < kChips; ++chip)
          for (Index down = 0; down < sliding.out_height; ++down)
            for (Index across = 0; across < sliding.out_width; ++across)
              for (Index channel = 0; channel < in.channels; ++channel) {
                float most = -INFINITY, sum = 0;
                const Span rows(window.down(), down, in.height), columns(window.across(), across, in.width);
                for (Index y = rows.begin; y < rows.end; ++y)
                  for (Index x = columns.begin; x < columns.end; ++x) {
                    const float value = all.planes[row * kChips + chip]
                                                  [static_cast<std::size_t>((channel * in.height + y) * in.width + x)];
                    most = std::max(most, value);
                    sum += value;
                  }
                const auto place = static_cast<std::size_t>(down * sliding.out_width + across);
                ASSERT_NEAR(found[((row * sliding.places() + place) * kChips + chip) * channels +
                                  static_cast<std::size_t>(channel)],
                            largest ? most : sum / static_cast<float>(window.size.product()), largest ? 0 : 1e-6);
              }
    }
}

}  // namespace plane_tasks_test
}  // namespace ohmcarlo::gpu
