#include "fuzz/readers.hpp"

#include <array>
#include <string>

#include "accelerator/components.hpp"
#include "base/error.hpp"
#include "config/document.hpp"
#include "data/audio.hpp"
#include "data/cifar.hpp"
#include "data/idx.hpp"
#include "data/matrix_csv.hpp"
#include "data/npz_array.hpp"
#include "data/phones.hpp"
#include "data/picture.hpp"
#include "exchange/npz.hpp"
#include "exchange/onnx.hpp"
#include "scratch.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo::test {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The path of a file with these bytes, the same one each time.
fs::path file_of(std::span<const std::byte> bytes) {
  static const Scratch folder;
  write_text(folder / "file", std::string(text_of(bytes)));
  return folder / "file";
}

/// Runs what may refuse its bytes.
template <class Read>
void take_refusal(Read&& read) {
  try {
    read();
  } catch (const Error&) {
    // That is what a bad file shall end in.
  }
}

void toml(std::span<const std::byte> bytes) {
  take_refusal([&] { (void)parse_document(std::string(text_of(bytes)), "file", {}); });
}

void idx(std::span<const std::byte> bytes) {
  const fs::path file = file_of(bytes);
  take_refusal([&] { (void)read_idx_array(file, ArrayExtent::whole); });
  take_refusal([&] { (void)read_idx(file, file, 10); });
}

void cifar(std::span<const std::byte> bytes) {
  const fs::path file = file_of(bytes);
  take_refusal([&] { (void)read_cifar10({file}); });
  take_refusal([&] { (void)read_cifar100(file); });
}

void npz(std::span<const std::byte> bytes) {
  take_refusal([&] { (void)read_npz("file", bytes); });
  const fs::path file = file_of(bytes);
  take_refusal([&] { (void)read_npz_array(file, "a", ArrayExtent::whole); });
}

void onnx(std::span<const std::byte> bytes) {
  const fs::path file = file_of(bytes);
  take_refusal([&] { (void)read_onnx(file); });
}

void csv(std::span<const std::byte> bytes) {
  const std::string file = file_of(bytes).string();
  take_refusal([&] { (void)read_matrix_csv(file); });
  take_refusal([&] { (void)read_component_table(file); });
}

void sound(std::span<const std::byte> bytes) {
  const fs::path file = file_of(bytes);
  take_refusal([&] { (void)read_audio(file); });
}

void phones(std::span<const std::byte> bytes) {
  const fs::path file = file_of(bytes);
  take_refusal([&] { (void)read_phones(file); });
}

void picture(std::span<const std::byte> bytes) {
  const fs::path file = file_of(bytes);
  take_refusal([&] { (void)read_picture(file); });
}

/// Accepted as they are, so that the library sees them, in its child process.
void results(std::span<const std::byte> bytes) {
  const fs::path file = file_of(bytes);
  take_refusal([&] { (void)load_results(file, {.accept_changes = true, .warn = {}}); });
  (void)kind_of_file(file);
}

constexpr std::array kReaders = {
    ForeignReader{"toml", toml},       ForeignReader{"idx", idx},       ForeignReader{"cifar", cifar},
    ForeignReader{"npz", npz},         ForeignReader{"onnx", onnx},     ForeignReader{"csv", csv},
    ForeignReader{"sound", sound},     ForeignReader{"phones", phones}, ForeignReader{"picture", picture},
    ForeignReader{"results", results},
};

}  // namespace

std::span<const ForeignReader> foreign_readers() {
  return kReaders;
}

}  // namespace ohmcarlo::test
