// What libFuzzer calls: the reader named by OHMCARLO_READER on bytes that it makes up.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "fuzz/readers.hpp"

namespace {

const ohmcarlo::test::ForeignReader& chosen_reader() {
  const char* name = std::getenv("OHMCARLO_READER");
  for (const ohmcarlo::test::ForeignReader& reader : ohmcarlo::test::foreign_readers())
    if (name != nullptr && reader.name == name) return reader;
  std::fputs("OHMCARLO_READER must name one of:", stderr);
  for (const auto& reader : ohmcarlo::test::foreign_readers()) std::fprintf(stderr, " %s", reader.name.data());
  std::fputs("\n", stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ohmcarlo::test::ForeignReader& reader = chosen_reader();
  reader.read(std::as_bytes(std::span(data, size)));
  return 0;
}
