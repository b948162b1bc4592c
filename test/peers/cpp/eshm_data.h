// What lies in the shared segment (PROTOCOL.md sections 1 and 2), and the key it lies under.
#ifndef ESHM_DATA_H
#define ESHM_DATA_H

#include <atomic>
#include <cstddef>
#include <cstdint>

#ifndef ESHM_MAX_DATA_SIZE
#define ESHM_MAX_DATA_SIZE 4096
#endif

namespace eshm {

constexpr uint32_t kMagic = 0x4553484D;
constexpr uint32_t kVersion = 2;
constexpr size_t kMaxDataSize = ESHM_MAX_DATA_SIZE;

struct alignas(64) Header {
  std::atomic<uint32_t> magic;
  std::atomic<uint32_t> version;
  std::atomic<uint64_t> master_heartbeat;
  std::atomic<uint64_t> slave_heartbeat;
  std::atomic<int32_t> master_pid;
  std::atomic<int32_t> slave_pid;
  std::atomic<uint32_t> master_alive;
  std::atomic<uint32_t> slave_alive;
  std::atomic<uint32_t> stale_threshold;  // milliseconds
  std::atomic<uint32_t> master_generation;
  uint8_t padding[80];
};

struct alignas(64) Channel {
  std::atomic<uint32_t> sequence;  // even: stable, odd: a write is under way
  std::atomic<uint32_t> data_size;
  uint8_t data[kMaxDataSize];
  alignas(8) std::atomic<uint64_t> write_count;
  std::atomic<uint64_t> read_count;
  uint8_t padding[48];
};

struct Segment {
  Header header;
  Channel master_to_slave;
  Channel slave_to_master;
};

constexpr size_t roundUp(size_t value, size_t step) { return (value + step - 1) / step * step; }
constexpr size_t kCountersOffset = roundUp(8 + kMaxDataSize, 8);
constexpr size_t kChannelSize = roundUp(kCountersOffset + 16 + 48, 64);

static_assert(std::atomic<uint32_t>::is_always_lock_free && sizeof(std::atomic<uint32_t>) == 4);
static_assert(std::atomic<uint64_t>::is_always_lock_free && sizeof(std::atomic<uint64_t>) == 8);

static_assert(offsetof(Header, magic) == 0);
static_assert(offsetof(Header, version) == 4);
static_assert(offsetof(Header, master_heartbeat) == 8);
static_assert(offsetof(Header, slave_heartbeat) == 16);
static_assert(offsetof(Header, master_pid) == 24);
static_assert(offsetof(Header, slave_pid) == 28);
static_assert(offsetof(Header, master_alive) == 32);
static_assert(offsetof(Header, slave_alive) == 36);
static_assert(offsetof(Header, stale_threshold) == 40);
static_assert(offsetof(Header, master_generation) == 44);
static_assert(sizeof(Header) == 128);

static_assert(offsetof(Channel, sequence) == 0);
static_assert(offsetof(Channel, data_size) == 4);
static_assert(offsetof(Channel, data) == 8);
static_assert(offsetof(Channel, write_count) == kCountersOffset);
static_assert(offsetof(Channel, read_count) == kCountersOffset + 8);
static_assert(sizeof(Channel) == kChannelSize);

static_assert(offsetof(Segment, master_to_slave) == 128);
static_assert(offsetof(Segment, slave_to_master) == 128 + kChannelSize);
static_assert(sizeof(Segment) == 128 + 2 * kChannelSize);
static_assert(kMaxDataSize != 4096 || sizeof(Segment) == 8576);

// Every byte counts as a signed char; the sum wraps at 32 bits.
inline int32_t deriveKey(const char *name) {
  uint32_t key = 0;
  for (; *name != '\0'; ++name) {
    key = key * 33u + static_cast<uint32_t>(static_cast<int32_t>(static_cast<signed char>(*name)));
  }
  return static_cast<int32_t>(key);
}

}  // namespace eshm

#endif
