#pragma once
// All metrics there are, as a page.

#include <string>

namespace ohmcarlo {

/// Markdown: one row a metric, with its unit and meaning and what an experiment must have for it.
[[nodiscard]] std::string metrics_as_markdown();

}  // namespace ohmcarlo
