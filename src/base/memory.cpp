#include "base/memory.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ohmcarlo {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kMost = 1 << 30;  // bytes
  mallopt(M_MMAP_THRESHOLD, kMost);
  mallopt(M_TRIM_THRESHOLD, kMost);
#endif
}

}  // namespace ohmcarlo
