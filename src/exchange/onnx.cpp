#include "exchange/onnx.hpp"

#include <limits>

#include "exchange/file_bytes.hpp"
#include "exchange/onnx_graph.hpp"

namespace ohmcarlo {
namespace {

constexpr std::int64_t kOldestOperators = 7, kNewestOperators = 25;
constexpr std::int64_t kOldestIr = 3;

void check_versions(const std::string& file, const onnx::ModelProto& model) {
  if (!model.has_graph() || !model.has_ir_version() || model.opset_import_size() == 0)
    fail_data("{}: not an ONNX file, or cut", file);
  if (model.ir_version() < kOldestIr)
    fail_data("{}: ONNX of IR version {} (allowed: {} and later)", file, model.ir_version(), kOldestIr);
  bool found = false;
  for (const onnx::OperatorSetIdProto& set : model.opset_import()) {
    if (!set.domain().empty() && set.domain() != "ai.onnx") continue;
    found = true;
    if (set.version() < kOldestOperators || set.version() > kNewestOperators)
      fail_data("{}: ONNX operators of set {} (allowed: {} to {})", file, set.version(), kOldestOperators,
                kNewestOperators);
  }
  if (!found) fail_data("{}: it does not use the operators of ONNX itself", file);
}

}  // namespace

ImportedNetwork read_onnx(const std::filesystem::path& path) {
  const std::string file = path.string();
  const std::vector<std::byte> bytes = file_bytes(path);
  onnx::ModelProto model;
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    fail_data("{}: not an ONNX file, or cut", file);
  check_versions(file, model);
  ImportedNetwork network = OnnxGraph(file, model.graph()).read();
  network.content = content_sha256(bytes);
  return network;
}

}  // namespace ohmcarlo
