// Two threads that add to one number without a lock: ThreadSanitizer has to find this, or finds nothing at all.
#include <thread>

int main() {
  int sum = 0;
  std::thread other([&] { ++sum; });
  ++sum;
  other.join();
  return sum == 2 ? 0 : 1;
}
