#pragma once
// Work that may crash or never end, done by a child process.

#include <functional>
#include <optional>
#include <string>

namespace ohmcarlo {

/// Lets a child process do `work` and says what went wrong: the message of an exception, "crashed (Segmentation
/// fault)", "not done after 10 s"; nothing if it returned. What the child computes is lost. It has `limit_seconds`, as
/// much memory as this process and `memory` bytes more, and this thread alone: `work` must not wait for others, nor
/// take locks that this thread holds. Throws Resumable if a signal asks to stop meanwhile, std::runtime_error if there
/// can be no child.
[[nodiscard]] std::optional<std::string> fault_in_child(const std::function<void()>& work, double limit_seconds,
                                                        std::size_t memory);

}  // namespace ohmcarlo
