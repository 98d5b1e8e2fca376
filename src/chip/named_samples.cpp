#include "chip/named_samples.hpp"

#include <span>

namespace ohmcarlo {

void visit_named_rows(const NamedSamples& samples, const Node& layer, NamedCall call, Index rows,
                      const VisitRows& visit) {
  const auto count = static_cast<Index>(samples.numbers.size());
  if (layer.operation->is_recurrent()) {
    std::vector<std::uint32_t> running;
    for (const Index sequence : samples.sequences->order().first(static_cast<std::size_t>(rows)))
      running.push_back(samples.numbers[static_cast<std::size_t>(sequence)]);
    visit(0, rows, RowNames{running, 1, call.number});
  } else if (samples.sequences == nullptr || rows == count) {
    visit(0, rows, RowNames{samples.numbers, rows / count, 0, call.group});
  } else {
    for (Index s = 0; s < count; ++s)
      visit(samples.sequences->row(s, 0), samples.sequences->length(s),
            RowNames{std::span(samples.numbers).subspan(static_cast<std::size_t>(s), 1), samples.sequences->length(s)});
  }
}

void read_named_rows(const NamedSamples& samples, const Node& layer, NamedCall call, View<const float> x, View<float> y,
                     const ReadRows& read) {
  if (samples.sequences != nullptr) y.map().setZero();  // padding
  visit_named_rows(samples, layer, call, x.rows, [&](Index first, Index count, const RowNames& names) {
    read(first, x.middle_rows(first, count), names, y.middle_rows(first, count));
  });
}

}  // namespace ohmcarlo
