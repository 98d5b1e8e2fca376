#pragma once
// What becomes of memory that the program has given back.

namespace ohmcarlo {

/// Keeps freed memory for the program instead of returning it to the system, which clears every page before it lends it
/// again: chips and steps of training ask for the same large blocks again and again. For a main function; nothing
/// happens where the C library has no such setting.
void keep_freed_memory();

}  // namespace ohmcarlo
