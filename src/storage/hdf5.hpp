#pragma once
// A thin owner of HDF5 handles; private to storage/. Every call into the library is made under library_mutex().

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <hdf5.h>

namespace ohmcarlo::h5 {

/// The library is not thread-safe: whoever calls it holds this lock.
[[nodiscard]] std::recursive_mutex& library_mutex();

/// What the library said last, one line.
[[nodiscard]] std::string last_error();

/// Owns an identifier and closes it. Throws std::runtime_error for an invalid one.
class Handle {
 public:
  Handle() = default;
  Handle(hid_t id, herr_t (*close)(hid_t), const char* what);
  Handle(Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = -1; }
  Handle& operator=(Handle&& other) noexcept;
  ~Handle() { reset(); }
  // NOLINTNEXTLINE(google-explicit-constructor): stands for the identifier in every call
  operator hid_t() const { return id_; }
  void reset() noexcept;

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// Throws std::runtime_error with the library's reason if a call failed.
void check(herr_t status, const char* what);

/// A file that lives in memory until image() is taken: the disk is written by write_whole, never by the library.
[[nodiscard]] Handle create_in_memory();
[[nodiscard]] std::vector<std::byte> image(const Handle& file);
/// Opens bytes that were read from a file.
[[nodiscard]] Handle open_image(std::span<const std::byte> bytes);

[[nodiscard]] Handle create_group(hid_t parent, const std::string& name);
[[nodiscard]] Handle open_group(hid_t parent, const std::string& name);
[[nodiscard]] bool exists(hid_t parent, const std::string& name);
[[nodiscard]] std::vector<std::string> children(hid_t group);

void write_attribute(hid_t object, const char* name, const std::string& text);
void write_attribute(hid_t object, const char* name, double number);
void write_attribute(hid_t object, const char* name, std::uint64_t number);
void write_attribute(hid_t object, const char* name, std::int64_t number);
/// As h5py writes truth values.
void write_attribute(hid_t object, const char* name, bool truth);
/// A text would otherwise become a truth value.
void write_attribute(hid_t object, const char* name, const char* text) = delete;
[[nodiscard]] bool has_attribute(hid_t object, const char* name);
/// Names of the attributes, in alphabetical order.
[[nodiscard]] std::vector<std::string> attributes(hid_t object);
[[nodiscard]] H5T_class_t attribute_class(hid_t object, const char* name);
/// Of an attribute with one value, as all below. Throws std::runtime_error if it holds another number of them.
[[nodiscard]] std::string read_text(hid_t object, const char* name);
[[nodiscard]] double read_number(hid_t object, const char* name);
[[nodiscard]] std::uint64_t read_unsigned(hid_t object, const char* name);
[[nodiscard]] bool read_boolean(hid_t object, const char* name);
[[nodiscard]] std::int64_t read_integer(hid_t object, const char* name);

/// A dataset of native `type`, its bytes row-major. Returns it open.
Handle write_dataset(hid_t group, const std::string& name, hid_t type, std::span<const std::size_t> shape,
                     const void* data);
Handle write_strings(hid_t group, const std::string& name, const std::vector<std::string>& texts,
                     std::span<const std::size_t> shape);
[[nodiscard]] Handle open_dataset(hid_t group, const std::string& name);
[[nodiscard]] std::vector<std::size_t> shape_of(hid_t dataset);
[[nodiscard]] H5T_class_t class_of(hid_t dataset);
[[nodiscard]] bool is_scale(hid_t dataset);
/// The name of the first dimension scale of a dimension. Throws std::runtime_error if there is none.
[[nodiscard]] std::string scale_of(hid_t dataset, std::size_t dimension);
/// How many elements a dataset of these sizes has. Throws std::runtime_error for more than 2^48 of them.
[[nodiscard]] std::size_t count_of(std::span<const std::size_t> shape);
/// Reads a whole dataset, converted to `type`, into the room for its elements. Throws std::runtime_error if there is
/// room for another number of them: the sizes in a file do not decide how far is written.
void read_bytes(hid_t dataset, hid_t type, std::span<std::byte> values);
/// As read_bytes, into a vector or an array whose elements are of `type`.
template <class Values>
void read_dataset(hid_t dataset, hid_t type, Values& values) {
  read_bytes(dataset, type, std::as_writable_bytes(std::span(values)));
}
[[nodiscard]] std::vector<std::string> read_strings(hid_t dataset);

}  // namespace ohmcarlo::h5
