#include "exchange/weights.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "exchange/file_bytes.hpp"
#include "exchange/npz.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo {
namespace {

bool starts_with(std::span<const std::byte> bytes, std::string_view signature) {
  return bytes.size() >= signature.size() &&
         std::ranges::equal(bytes.first(signature.size()), std::as_bytes(std::span(signature)));
}

std::vector<NamedArray> stored_arrays(const std::filesystem::path& path) {
  try {
    return ModelStore::load_file(path).arrays;
  } catch (const Error& error) {  // of the store itself it would be exit 4
    fail_data("{}", error.what());
  }
}

}  // namespace

WeightsFile read_weights(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = file_bytes(path);
  WeightsFile weights{path.string(), content_sha256(bytes), {}};
  if (starts_with(bytes, "PK\x03\x04"))
    weights.arrays = read_npz(weights.file, bytes);
  else if (starts_with(bytes, "\x89HDF\r\n\x1a\n"))
    weights.arrays = stored_arrays(path);
  else
    fail_data("{}: neither an .npz archive nor a model of this program (.model.h5)", weights.file);
  for (const NamedArray& array : weights.arrays) {
    const auto bad = std::ranges::find_if_not(array.values, [](float x) { return std::isfinite(x); });
    if (bad != array.values.end())
      fail_data("{}: array '{}': element {} is {}", weights.file, array.name, bad - array.values.begin(), *bad);
  }
  return weights;
}

}  // namespace ohmcarlo
