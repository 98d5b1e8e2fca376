#include "experiment/identity.hpp"

#include <algorithm>
#include <iterator>

#include "base/hash.hpp"

namespace ohmcarlo {
namespace {

constexpr std::string_view kAxis = "sweep ";
constexpr std::string_view kContent = " content";
constexpr std::string_view kOfFile = " of ";
constexpr std::string_view kIs = " = ";

IdentityEntry parse_entry(std::string_view line) {
  using Kind = IdentityEntry::Kind;
  if (line.starts_with(kAxis)) return {Kind::axis, std::string(line.substr(kAxis.size())), "", ""};
  const std::size_t key_end = std::min(line.find(' '), line.size());
  const std::string key(line.substr(0, key_end));
  std::string_view rest = line.substr(key_end);
  if (rest.starts_with(kContent)) {
    rest.remove_prefix(kContent.size());
    const std::size_t is = rest.rfind(kIs);  // the name of a file may hold anything, a hash does not
    if (is == 0) return {Kind::content, key, std::string(rest.substr(kIs.size())), ""};
    if (is != std::string_view::npos && rest.starts_with(kOfFile))
      return {Kind::content, key, std::string(rest.substr(is + kIs.size())),
              std::string(rest.substr(kOfFile.size(), is - kOfFile.size()))};
  }
  if (rest.starts_with(kIs)) return {Kind::setting, key, std::string(rest.substr(kIs.size())), ""};
  return {Kind::setting, std::string(line), "", ""};
}

}  // namespace

std::string IdentityEntry::subject() const {
  switch (kind) {
    case Kind::axis:
      return std::string(kAxis) + key;
    case Kind::content:
      return key + std::string(kContent) + (file.empty() ? "" : std::string(kOfFile) + file);
    case Kind::setting:
      break;
  }
  return key;
}

std::string IdentityEntry::text() const {
  return kind == Kind::axis ? subject() : subject() + std::string(kIs) + value;
}

void Identity::add_setting(std::string key, std::string value) {
  entries_.push_back({IdentityEntry::Kind::setting, std::move(key), std::move(value), ""});
}

void Identity::add_axis(std::string key) {
  entries_.push_back({IdentityEntry::Kind::axis, std::move(key), "", ""});
}

void Identity::add_content(const FileContent& content) {
  entries_.push_back({IdentityEntry::Kind::content, content.key, content.sha256, content.file});
}

void Identity::add(const Identity& other) {
  entries_.insert(entries_.end(), other.entries_.begin(), other.entries_.end());
}

std::string Identity::text() const {
  std::string text;
  for (const IdentityEntry& entry : entries_) text += entry.text() + "\n";
  return text;
}

std::string Identity::hash() const {
  return sha256(text());
}

Identity parse_identity(std::string_view text) {
  Identity identity;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const IdentityEntry entry = parse_entry(text.substr(0, end));
    switch (entry.kind) {
      case IdentityEntry::Kind::axis:
        identity.add_axis(entry.key);
        break;
      case IdentityEntry::Kind::content:
        identity.add_content({entry.key, entry.file, entry.value});
        break;
      case IdentityEntry::Kind::setting:
        identity.add_setting(entry.key, entry.value);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return identity;
}

std::vector<IdentityEntry> differing_entries(const Identity& a, const Identity& b) {
  const auto sorted = [](const Identity& identity) {
    std::vector<IdentityEntry> entries = identity.entries();
    std::ranges::sort(entries);
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    return entries;
  };
  std::vector<IdentityEntry> differing;
  std::ranges::set_symmetric_difference(sorted(a), sorted(b), std::back_inserter(differing));
  return differing;
}

}  // namespace ohmcarlo
