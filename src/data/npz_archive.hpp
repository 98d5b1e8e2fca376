#pragma once
// Archives of numpy arrays (.npz), member by member.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct zip;
struct zip_file;

namespace ohmcarlo {

/// What the header of a numpy array says.
struct NpyHeader {
  std::string type;            ///< numpy's word for it, "<f4": byte order, kind, bytes a number
  bool columns_first = false;  ///< the first index runs fastest
  std::vector<std::size_t> sizes;

  /// Whether the highest byte of a number comes first.
  [[nodiscard]] bool is_big_endian() const { return type.starts_with('>'); }
};

class NpzArchive {
 public:
  /// Opens an archive. Throws BadData: "FILE: cannot be read as an .npz archive (reason)".
  explicit NpzArchive(const std::filesystem::path& file);
  /// The archive in these bytes, which must outlive it; `file`: its name in messages.
  NpzArchive(const std::string& file, std::span<const std::byte> bytes);

  /// The names of its members as they stand there, "weights.npy", unprintable letters escaped.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  friend class NpzMember;
  struct Discard {
    void operator()(zip* archive) const;
  };
  std::unique_ptr<zip, Discard> archive_;
};

/// The name of an array whose member is called so: "weights" of "weights.npy"; other names are left as they are.
[[nodiscard]] std::string npz_array_name(const std::string& member);

/// An array of an archive, read from its beginning on. All that it throws is BadData that begins with `where`.
class NpzMember {
 public:
  /// Opens member number `number` of `archive`, which must outlive it, and reads its header. `where`: the file and the
  /// array, for messages.
  NpzMember(const NpzArchive& archive, std::size_t number, std::string where);

  [[nodiscard]] const NpyHeader& header() const { return header_; }
  /// The bytes of all `numbers` numbers, each of which has `bytes_a_number`: the lowest byte first, the last index
  /// fastest. To be called once. Memory is taken as bytes come, not as a damaged header promises.
  [[nodiscard]] std::vector<std::uint8_t> take_numbers(std::uint64_t numbers, std::size_t bytes_a_number);

 private:
  struct Close {
    void operator()(zip_file* file) const;
  };
  std::vector<std::uint8_t> take(std::uint64_t count);
  std::size_t read(void* to, std::size_t count);
  void read_header();

  std::string where_;
  std::unique_ptr<zip_file, Close> file_;
  NpyHeader header_;
};

}  // namespace ohmcarlo
