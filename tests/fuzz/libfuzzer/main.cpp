// What libFuzzer calls: the reader named by OHMCARLO_READER on bytes that it makes up.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "fuzz/readers.hpp"
#include "scratch.hpp"
#include "storage/checksum.hpp"
#include "storage/model_store.hpp"
#include "storage/results_file.hpp"

namespace {

using namespace ohmcarlo;

/// The bytes with a right checksum behind them, as a results file and as a model: read in this process,
/// not in a child first. The HDF5 library crashes on some of them, which is why there is a child: see run.py for what
/// then is ours.
void stored(std::span<const std::byte> bytes) {
  static const test::Scratch folder;
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  append_checksum(file);
  test::write_text(folder / "file", {reinterpret_cast<const char*>(file.data()), file.size()});
  const auto take_refusal = [](const auto& read) {
    try {
      read();
    } catch (const Error&) {
    }
  };
  take_refusal([&] { (void)load_results(folder / "file"); });
  take_refusal([&] { (void)ModelStore::load_file(folder / "file"); });
}

test::ForeignReader chosen_reader() {
  const char* name = std::getenv("OHMCARLO_READER");
  const std::string wanted = name != nullptr ? name : "";
  if (wanted == "stored") return {"stored", stored};
  for (const test::ForeignReader& reader : test::foreign_readers())
    if (reader.name == wanted) return reader;
  std::fputs("OHMCARLO_READER must name one of: stored", stderr);
  for (const auto& reader : test::foreign_readers()) std::fprintf(stderr, " %s", reader.name.data());
  std::fputs("\n", stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const test::ForeignReader reader = chosen_reader();
  reader.read(std::as_bytes(std::span(data, size)));
  return 0;
}
