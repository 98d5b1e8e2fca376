#include "storage/array_file.hpp"

#include <functional>
#include <numeric>
#include <type_traits>

#include "base/error.hpp"
#include "storage/hdf5.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {
namespace {

hid_t type_of(float) {
  return H5T_NATIVE_FLOAT;
}
hid_t type_of(std::int32_t) {
  return H5T_NATIVE_INT32;
}
hid_t type_of(std::uint32_t) {
  return H5T_NATIVE_UINT32;
}

void write_attributes(hid_t object, const std::vector<FileAttribute>& attributes) {
  for (const FileAttribute& attribute : attributes)
    std::visit([&](const auto& value) { h5::write_attribute(object, attribute.first.c_str(), value); },
               attribute.second);
}

/// Writes an array below `group`, in which the rest of its path leads to it.
void write_array(hid_t group, const std::string& path, const FileArray& array) {
  if (const std::size_t slash = path.find('/'); slash != std::string::npos) {
    const std::string first = path.substr(0, slash);
    const h5::Handle inner = h5::exists(group, first) ? h5::open_group(group, first) : h5::create_group(group, first);
    write_array(inner, path.substr(slash + 1), array);
    return;
  }
  const std::size_t count =
      std::accumulate(array.shape.begin(), array.shape.end(), std::size_t{1}, std::multiplies<>());
  const h5::Handle dataset = std::visit(
      [&](const auto& values) {
        require(values.size() == count, "an array has the numbers of its shape");
        using Number = typename std::decay_t<decltype(values)>::value_type;
        return h5::write_dataset(group, path, type_of(Number{}), array.shape, values.data());
      },
      array.values);
  write_attributes(dataset, array.attributes);
}

}  // namespace

void save_arrays(const std::filesystem::path& path, const std::vector<FileAttribute>& attributes,
                 const std::vector<FileArray>& arrays) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  write_attributes(file, attributes);
  for (const FileArray& array : arrays) write_array(file, array.path, array);
  write_whole(path, h5::image(file));
}

}  // namespace ohmcarlo
