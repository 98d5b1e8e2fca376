#include "storage/scales.hpp"

#include <numeric>
#include <stdexcept>

#include <hdf5_hl.h>

#include "base/error.hpp"

namespace ohmcarlo::h5 {
namespace {

Handle write_values(hid_t group, const Axis& axis) {
  const std::size_t count = axis.values.size();
  const std::span<const std::size_t> shape(&count, 1);
  if (std::holds_alternative<double>(axis.values.front())) {
    std::vector<double> numbers;
    for (const AxisValue& value : axis.values) numbers.push_back(std::get<double>(value));
    return write_dataset(group, axis.key, H5T_NATIVE_DOUBLE, shape, numbers.data());
  }
  if (std::holds_alternative<std::int64_t>(axis.values.front())) {
    std::vector<std::int64_t> numbers;
    for (const AxisValue& value : axis.values) numbers.push_back(std::get<std::int64_t>(value));
    return write_dataset(group, axis.key, H5T_NATIVE_INT64, shape, numbers.data());
  }
  std::vector<std::string> texts;
  for (const AxisValue& value : axis.values) texts.push_back(std::get<std::string>(value));
  return write_strings(group, axis.key, texts, shape);
}

Handle write_numbers(hid_t group, const char* name, std::size_t count, std::int64_t first) {
  std::vector<std::int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), first);
  return write_dataset(group, name, H5T_NATIVE_INT64, std::span(&count, 1), numbers.data());
}

}  // namespace

Scales::Scales(hid_t root, hid_t group, const Table& table) : root_(root), group_(group) {
  const Shape& shape = table.shape;
  for (const Axis& axis : shape.axes) add(axis.key, write_values(group, axis));
  add("replica", write_numbers(group, "replica", shape.replicas, 0));
  add("trial", write_numbers(group, "trial", shape.trials, 0));
  for (const Axis& axis : shape.axes) sizes_.push_back(axis.values.size());
  sizes_.insert(sizes_.end(), {shape.replicas, shape.trials});
  for (const Metric& metric : table.metrics)
    for (const auto& [name, size] : metric.dimensions) {
      const auto [own, is_new] = own_.try_emplace(name, Own{scales_.size(), size});
      require(own->second.size == size, "a dimension has one length");
      const int first = name == "layer" ? 1 : 0;  // classes go by their labels
      if (is_new) add(name, write_numbers(group, name.c_str(), size, first));
    }
}

Handle Scales::write(hid_t group, const std::string& name, hid_t type, const void* data, std::size_t rank,
                     const std::vector<Dimension>& own, const std::string& units, const std::string& meaning) const {
  std::vector<std::size_t> shape(sizes_.begin(), sizes_.begin() + static_cast<std::ptrdiff_t>(rank));
  for (const Dimension& dimension : own) shape.push_back(dimension.size);
  Handle dataset = write_dataset(group, name, type, shape, data);
  for (std::size_t i = 0; i < shape.size(); ++i) attach(dataset, i < rank ? i : own_.at(own[i - rank].name).scale, i);
  write_attribute(dataset, "units", units);
  write_attribute(dataset, "long_name", meaning);
  return dataset;
}

void Scales::attach_axes(hid_t dataset, const std::vector<std::size_t>& axes) const {
  for (std::size_t i = 0; i < axes.size(); ++i) attach(dataset, axes[i], i);
}

void Scales::add(const std::string& name, Handle dataset) {
  check(H5DSset_scale(dataset, name.c_str()), "dimension scale");
  check(H5Lcreate_hard(group_, name.c_str(), root_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), "link of a scale");
  scales_.push_back(std::move(dataset));
}

void Scales::attach(hid_t dataset, std::size_t scale, std::size_t dimension) const {
  check(H5DSattach_scale(dataset, scales_[scale], static_cast<unsigned>(dimension)), "dimension scale");
}

Axis read_axis(hid_t group, const std::string& key) {
  const Handle dataset = open_dataset(group, key);
  const std::vector<std::size_t> sizes = shape_of(dataset);
  if (sizes.size() != 1) throw std::runtime_error("its axis " + key + " is no list");
  const std::size_t count = sizes.front();
  Axis axis{key, {}};
  if (class_of(dataset) == H5T_STRING) {
    for (std::string& text : read_strings(dataset)) axis.values.emplace_back(std::move(text));
  } else if (class_of(dataset) == H5T_INTEGER) {
    std::vector<std::int64_t> numbers(count);
    read_dataset(dataset, H5T_NATIVE_INT64, numbers);
    axis.values.assign(numbers.begin(), numbers.end());
  } else {
    std::vector<double> numbers(count);
    read_dataset(dataset, H5T_NATIVE_DOUBLE, numbers);
    axis.values.assign(numbers.begin(), numbers.end());
  }
  return axis;
}

}  // namespace ohmcarlo::h5
