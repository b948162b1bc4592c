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

// Which barriers: those of a dozen tried combinations that come nearest to PROTOCOL.md section 10 (eshm_write of 8, 64,
// 256, 1024, 4096 bytes 11, 12, 14, 17, 34 ns; spinning round trip 1.1 us). Best of many on AMD EPYC (Zen 4), g++ 12
// -O2, 2026-11, ns, writeChannel alone (a call of eshm_write costs 2 more), round trip with a floor of 315:
//                                                        8    64   256  1024  4096   round trip
//   counters by locked adds, sfence around the payload  8.4   9.9  11.4  22.1  46.1    1000
//   counters by locked adds alone                       6.4   6.5   7.1  14.7  44.8    1000
//   plain counters, sfence after each step              4.1   4.9   6.2  14.0  43.1    1230
//   plain counters, one mfence                         18.9  19.5  21.9  32.5  66.9    1375
//   no barrier at all                                   4.1   3.8   5.4  12.6  42.8    1030
// The last line shows what is memcpy's at 1024 and 4096 and beyond the reach of barriers.
template <typename T>
inline void addOne(std::atomic<T> &counter) {
  counter.fetch_add(1, std::memory_order_seq_cst);
}

// Adds 1 to whatever it finds: after a death in mid-write the parity stays inverted, as in the original.
inline void bumpSequence(Channel &channel) { addOne(channel.sequence); }

inline void writeChannel(Channel &channel, const void *data, size_t size) {
  bumpSequence(channel);
  storeFence();  // the odd sequence is visible before any byte of the payload; pairs with retryRead()
  if (size > 0) std::memcpy(channel.data, data, size);
  poke(channel.data_size, static_cast<uint32_t>(size));
  storeFence();  // payload and size before the even sequence; pairs with the fence in beginRead()
  bumpSequence(channel);
  addOne(channel.write_count);  // after the even sequence that it announces; pairs with hasNews()
}

inline bool hasNews(uint64_t count, uint64_t counted) {
  loadFence();  // the count before the sequence that belongs to it
  return count > counted;
}

inline bool hasNews(const Channel &channel, uint64_t counted) { return hasNews(peek(channel.write_count), counted); }

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
    addOne(channel.read_count);
    bytesRead = size;
    return ReadResult::kDone;
  }
}

}  // namespace eshm

#endif
