#include "schedule/ports.hpp"

namespace ohmcarlo {

std::optional<Order> RankPort::next_order() {
  const std::optional<RankMessage> message = communicator_.receive();
  return message ? std::optional(unpack_order(message->bytes)) : std::nullopt;
}

std::optional<WorkerReport> JobHub::next_report() {
  if (std::optional<Report> report = line_.next_report()) return WorkerReport{0, std::move(*report)};
  const std::optional<RankMessage> message = communicator_.receive();
  if (!message) return std::nullopt;
  return WorkerReport{static_cast<std::size_t>(message->rank), unpack_report(message->bytes)};
}

void JobHub::send_order(std::size_t worker, const Order& order) {
  if (worker == 0)
    line_.send_order(order);
  else
    communicator_.send(static_cast<int>(worker), pack(order));
}

}  // namespace ohmcarlo
