// The seqlock of one channel, with the barriers of the original: x86 instructions, not C++ orderings.
// One writer and one reader; knows nothing of roles, timeouts or threads.
#ifndef ESHM_CHANNEL_HPP
#define ESHM_CHANNEL_HPP

#include <cstring>

#include "eshm_data.h"

namespace eshm {

inline void storeFence() { asm volatile("sfence" ::: "memory"); }
inline void loadFence() { asm volatile("lfence" ::: "memory"); }
inline void relax() { asm volatile("pause" ::: "memory"); }

template <typename T>
inline T peek(const std::atomic<T> &field) {
  return field.load(std::memory_order_relaxed);
}

template <typename T>
inline void poke(std::atomic<T> &field, T value) {
  field.store(value, std::memory_order_relaxed);
}

// Adds 1 to whatever it finds: after a death in mid-write the parity stays inverted, as in the original.
inline void bumpSequence(Channel &channel) { poke(channel.sequence, peek(channel.sequence) + 1u); }

inline void writeChannel(Channel &channel, const void *data, size_t size) {
  bumpSequence(channel);
  storeFence();  // the odd sequence is visible before any byte of the payload; pairs with retryRead()
  if (size > 0) std::memcpy(channel.data, data, size);
  storeFence();  // the payload before its size, as section 3 lists the steps
  poke(channel.data_size, static_cast<uint32_t>(size));
  storeFence();  // payload and size before the even sequence; pairs with the fence in beginRead()
  bumpSequence(channel);
  storeFence();  // the even sequence before the count that announces it; pairs with hasNews()
  poke(channel.write_count, peek(channel.write_count) + uint64_t{1});
  storeFence();  // the count before the next write's odd sequence
}

inline bool hasNews(const Channel &channel, uint64_t counted) {
  const bool moved = peek(channel.write_count) != counted;
  loadFence();  // the count before the sequence that belongs to it
  return moved;
}

// Waits without a bound, as the original does: a writer that died in mid-write hangs its reader.
// `abandoned` is asked while waiting and ends the wait when this side itself lets go of the segment.
template <typename Abandoned>
inline bool beginRead(const Channel &channel, uint32_t &sequence, Abandoned abandoned) {
  for (;;) {
    sequence = peek(channel.sequence);
    if ((sequence & 1u) == 0) break;
    if (abandoned()) return false;
    relax();
  }
  loadFence();  // the even sequence before the payload
  return true;
}

inline bool retryRead(const Channel &channel, uint32_t sequence) {
  loadFence();  // the payload before the second look at the sequence
  return peek(channel.sequence) != sequence;
}

enum class ReadResult { kDone, kTooSmall, kAbandoned };

template <typename Abandoned>
inline ReadResult readChannel(Channel &channel, void *buffer, size_t bufferSize, size_t &bytesRead,
                              Abandoned abandoned) {
  for (;;) {
    uint32_t sequence = 0;
    if (!beginRead(channel, sequence, abandoned)) return ReadResult::kAbandoned;
    const size_t size = peek(channel.data_size);
    const bool fits = size <= bufferSize && size <= kMaxDataSize;
    if (fits && size > 0) std::memcpy(buffer, channel.data, size);
    if (retryRead(channel, sequence)) continue;
    if (!fits) return ReadResult::kTooSmall;
    poke(channel.read_count, peek(channel.read_count) + uint64_t{1});
    bytesRead = size;
    return ReadResult::kDone;
  }
}

}  // namespace eshm

#endif
