#include "storage/hdf5.hpp"

#include <stdexcept>

#include <hdf5_hl.h>

namespace ohmcarlo::h5 {
namespace {

constexpr std::size_t kImageIncrement = std::size_t{1} << 20;

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "text type");
  check(H5Tset_size(type, H5T_VARIABLE), "text type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "text type");
  return type;
}

/// The enumeration that h5py takes for its booleans.
Handle truth_type() {
  Handle type(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose, "truth value");
  for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}})
    check(H5Tenum_insert(type, value == 0 ? "FALSE" : "TRUE", &value), "truth value");
  return type;
}

Handle simple_space(std::span<const std::size_t> shape) {
  const std::vector<hsize_t> sizes(shape.begin(), shape.end());
  return {H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), H5Sclose, "shape"};
}

void write_scalar(hid_t object, const char* name, hid_t type, const void* value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "scalar");
  const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, name);
  check(H5Awrite(attribute, type, value), name);
}

/// Opens an attribute that holds one value. The library writes as many as there are wherever it is told to.
Handle open_single(hid_t object, const char* name) {
  Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, name);
  const Handle space(H5Aget_space(attribute), H5Sclose, name);
  if (H5Sget_simple_extent_npoints(space) != 1)
    throw std::runtime_error(std::string("HDF5: ") + name + ": not one value");
  return attribute;
}

template <class T>
T read_scalar(hid_t object, const char* name, hid_t type) {
  const Handle attribute = open_single(object, name);
  T value{};
  check(H5Aread(attribute, type, &value), name);
  return value;
}

herr_t keep_reason(unsigned /*depth*/, const H5E_error2_t* error, void* text) {
  auto* reason = static_cast<std::string*>(text);
  if (reason->empty() && error->desc != nullptr) *reason = error->desc;
  return 0;
}

herr_t collect_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

herr_t collect_attribute(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// Ends the iteration: 1.
herr_t keep_scale_name(hid_t /*dataset*/, unsigned /*dimension*/, hid_t scale, void* name) {
  char text[256] = "";
  if (H5DSget_scale_name(scale, text, sizeof text) < 0) return -1;
  *static_cast<std::string*>(name) = text;
  return 1;
}

}  // namespace

std::recursive_mutex& library_mutex() {
  static std::recursive_mutex mutex;
  static const bool quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
  (void)quiet;
  return mutex;
}

std::string last_error() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_reason, &reason);
  return reason.empty() ? "unknown reason" : reason;
}

void check(herr_t status, const char* what) {
  if (status < 0) throw std::runtime_error(std::string("HDF5: ") + what + ": " + last_error());
}

Handle::Handle(hid_t id, herr_t (*close)(hid_t), const char* what) : id_(id), close_(close) {
  if (id < 0) throw std::runtime_error(std::string("HDF5: ") + what + ": " + last_error());
}

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    reset();
    id_ = other.id_;
    close_ = other.close_;
    other.id_ = -1;
  }
  return *this;
}

void Handle::reset() noexcept {
  if (id_ >= 0 && close_ != nullptr) close_(id_);
  id_ = -1;
}

Handle create_in_memory() {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access");
  check(H5Pset_fapl_core(access, kImageIncrement, 0), "file in memory");
  return {H5Fcreate("in-memory", H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose, "file in memory"};
}

std::vector<std::byte> image(const Handle& file) {
  check(H5Fflush(file, H5F_SCOPE_LOCAL), "flush");
  const ssize_t size = H5Fget_file_image(file, nullptr, 0);
  if (size < 0) throw std::runtime_error("HDF5: file image: " + last_error());
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (H5Fget_file_image(file, bytes.data(), bytes.size()) != size)
    throw std::runtime_error("HDF5: file image: " + last_error());
  return bytes;
}

Handle open_image(std::span<const std::byte> bytes) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access");
  check(H5Pset_fapl_core(access, kImageIncrement, 0), "file in memory");
  // The library copies the bytes and never writes through this pointer.
  check(H5Pset_file_image(access, const_cast<std::byte*>(bytes.data()), bytes.size()), "file image");
  return {H5Fopen("in-memory", H5F_ACC_RDONLY, access), H5Fclose, "not an HDF5 file"};
}

Handle create_group(hid_t parent, const std::string& name) {
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, name.c_str()};
}

Handle open_group(hid_t parent, const std::string& name) {
  return {H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose, name.c_str()};
}

bool exists(hid_t parent, const std::string& name) {
  return H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> children(hid_t group) {
  std::vector<std::string> names;
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names), "list of members");
  return names;
}

void write_attribute(hid_t object, const char* name, const std::string& text) {
  const char* start = text.c_str();
  write_scalar(object, name, text_type(), &start);
}
void write_attribute(hid_t object, const char* name, double number) {
  write_scalar(object, name, H5T_NATIVE_DOUBLE, &number);
}
void write_attribute(hid_t object, const char* name, std::uint64_t number) {
  write_scalar(object, name, H5T_NATIVE_UINT64, &number);
}
void write_attribute(hid_t object, const char* name, std::int64_t number) {
  write_scalar(object, name, H5T_NATIVE_INT64, &number);
}

void write_attribute(hid_t object, const char* name, bool truth) {
  const auto value = static_cast<std::int8_t>(truth);
  write_scalar(object, name, truth_type(), &value);
}

bool has_attribute(hid_t object, const char* name) {
  return H5Aexists(object, name) > 0;
}

std::vector<std::string> attributes(hid_t object) {
  std::vector<std::string> names;
  check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &names), "list of attributes");
  return names;
}

H5T_class_t attribute_class(hid_t object, const char* name) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, name);
  const Handle type(H5Aget_type(attribute), H5Tclose, name);
  return H5Tget_class(type);
}

std::string read_text(hid_t object, const char* name) {
  const Handle attribute = open_single(object, name);
  const Handle stored(H5Aget_type(attribute), H5Tclose, name);
  if (H5Tis_variable_str(stored) <= 0) throw std::runtime_error(std::string("HDF5: ") + name + ": not a text");
  char* text = nullptr;
  const Handle type = text_type();
  check(H5Aread(attribute, type, static_cast<void*>(&text)), name);
  std::string copy(text != nullptr ? text : "");
  H5free_memory(text);
  return copy;
}

double read_number(hid_t object, const char* name) {
  return read_scalar<double>(object, name, H5T_NATIVE_DOUBLE);
}
std::uint64_t read_unsigned(hid_t object, const char* name) {
  return read_scalar<std::uint64_t>(object, name, H5T_NATIVE_UINT64);
}
bool read_boolean(hid_t object, const char* name) {
  return read_scalar<std::int8_t>(object, name, truth_type()) != 0;
}
std::int64_t read_integer(hid_t object, const char* name) {
  return read_scalar<std::int64_t>(object, name, H5T_NATIVE_INT64);
}

Handle write_dataset(hid_t group, const std::string& name, hid_t type, std::span<const std::size_t> shape,
                     const void* data) {
  const Handle space = simple_space(shape);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "dataset creation");
  check(H5Pset_obj_track_times(creation, false), "dataset creation");  // equal contents are equal bytes
  Handle dataset(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose,
                 name.c_str());
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), name.c_str());
  return dataset;
}

Handle write_strings(hid_t group, const std::string& name, const std::vector<std::string>& texts,
                     std::span<const std::size_t> shape) {
  std::vector<const char*> starts;
  starts.reserve(texts.size());
  for (const std::string& text : texts) starts.push_back(text.c_str());
  return write_dataset(group, name, text_type(), shape, static_cast<const void*>(starts.data()));
}

Handle open_dataset(hid_t group, const std::string& name) {
  return {H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, name.c_str()};
}

std::vector<std::size_t> shape_of(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "shape");
  std::vector<hsize_t> sizes(static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space), 0)));
  check(H5Sget_simple_extent_dims(space, sizes.data(), nullptr), "shape");
  return {sizes.begin(), sizes.end()};
}

std::size_t count_of(std::span<const std::size_t> shape) {
  constexpr std::size_t kMost = std::size_t{1} << 48;
  std::size_t count = 1;
  for (const std::size_t size : shape) {
    if (size != 0 && count > kMost / size) throw std::runtime_error("HDF5: a dataset has more elements than can be");
    count *= size;
  }
  return count;
}

H5T_class_t class_of(hid_t dataset) {
  const Handle type(H5Dget_type(dataset), H5Tclose, "type");
  return H5Tget_class(type);
}

bool is_scale(hid_t dataset) {
  return H5DSis_scale(dataset) > 0;
}

std::string scale_of(hid_t dataset, std::size_t dimension) {
  std::string name;
  check(H5DSiterate_scales(dataset, static_cast<unsigned>(dimension), nullptr, keep_scale_name, &name),
        "dimension scale");
  if (name.empty()) throw std::runtime_error("HDF5: a dimension has no scale");
  return name;
}

void read_bytes(hid_t dataset, hid_t type, std::span<std::byte> values) {
  if (count_of(shape_of(dataset)) != values.size() / H5Tget_size(type))
    throw std::runtime_error("HDF5: a dataset has another number of elements than its file says elsewhere");
  check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read");
}

std::vector<std::string> read_strings(hid_t dataset) {
  std::vector<char*> starts(count_of(shape_of(dataset)), nullptr);
  read_dataset(dataset, text_type(), starts);
  std::vector<std::string> texts;
  for (char* start : starts) {
    texts.emplace_back(start != nullptr ? start : "");
    H5free_memory(start);
  }
  return texts;
}

}  // namespace ohmcarlo::h5
