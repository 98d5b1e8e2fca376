#include "schedule/ports.hpp"

namespace ohmcarlo {

bool LocalLine::take(std::deque<Message>& queue, Message& message) {
  const std::scoped_lock lock(mutex_);
  if (queue.empty()) return false;
  message = std::move(queue.front());
  queue.pop_front();
  return true;
}

void LocalLine::put(std::deque<Message>& queue, const Message& message) {
  const std::scoped_lock lock(mutex_);
  queue.push_back(message);
}

bool RankPort::poll(Message& message) {
  int rank = 0;
  std::string bytes;
  if (!communicator_.receive(rank, bytes)) return false;
  message = unpack_message(bytes);
  return true;
}

bool JobHub::poll(std::size_t& worker, Message& message) {
  if (line_.receive(message)) {
    worker = 0;
    return true;
  }
  int rank = 0;
  std::string bytes;
  if (!communicator_.receive(rank, bytes)) return false;
  worker = static_cast<std::size_t>(rank);
  message = unpack_message(bytes);
  return true;
}

void JobHub::send(std::size_t worker, const Message& message) {
  if (worker == 0)
    line_.tell(message);
  else
    communicator_.send(static_cast<int>(worker), pack(message));
}

}  // namespace ohmcarlo
