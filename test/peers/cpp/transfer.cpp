// eshm_write and the reads: parameter checks, waiting, and the codes for a handle that is detached.
#ifndef ESHM_REFUSING
#include <chrono>
#include <climits>
#include <thread>

#include "channel.hpp"
#include "handle.hpp"
#include "kind.hpp"
#include "log.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kPlainReadTimeoutMs = 1000;
constexpr std::chrono::microseconds kPoll{100};

int detachedCode(const ESHMHandle &handle) {
  return handle.remoteStale.load() ? ESHM_ERROR_TIMEOUT : ESHM_ERROR_NOT_INITIALIZED;
}

struct Reader {
  ESHMHandle &handle;
  void *buffer;
  size_t bufferSize;
  size_t bytesRead = 0;
  uint64_t counted = 0;
  uint32_t attachCount = 0;

  // One kind samples the count anew at each call, and what was written before the call is not seen by it. The other goes
  // by the count of its last read, in whatever segment that was; a count of 0 is none, and then it samples too.
  void sample(const eshm::Channel &channel) {
    counted = eshm::kind.remembers ? handle.remembered : 0;
    if (counted == 0) counted = eshm::peek(channel.write_count);
    if (eshm::kind.remembers) handle.remembered = counted;
    attachCount = handle.attachCount.load(std::memory_order_relaxed);
  }

  int poll(bool first) {
    eshm::Lease::Use use(handle.readLease);
    eshm::Segment *segment = handle.segment.load(std::memory_order_acquire);
    if (segment == nullptr) return detachedCode(handle);
    if (handle.stopped.load(std::memory_order_relaxed)) return ESHM_ERROR_MASTER_STALE;
    eshm::Channel &channel = handle.incoming(*segment);
    if (first || attachCount != handle.attachCount.load(std::memory_order_relaxed)) sample(channel);
    const uint64_t count = eshm::peek(channel.write_count);
    if (!eshm::hasNews(count, counted)) return ESHM_ERROR_NO_DATA;
    const auto abandoned = [&] { return handle.segment.load(std::memory_order_relaxed) != segment; };
    switch (eshm::readChannel(channel, buffer, bufferSize, bytesRead, abandoned)) {
      case eshm::ReadResult::kTooSmall:
        return ESHM_ERROR_BUFFER_TOO_SMALL;
      case eshm::ReadResult::kAbandoned:
        return detachedCode(handle);
      case eshm::ReadResult::kDone:
        break;
    }
    // The count from before the copy: what came in between is copied already, and is read once more.
    if (eshm::kind.remembers) handle.remembered = count;
    return ESHM_SUCCESS;
  }
};

}  // namespace

extern "C" int eshm_write(ESHMHandle *handle, const void *data, size_t size) {
  if (handle == nullptr || data == nullptr) return ESHM_ERROR_INVALID_PARAM;  // of an empty message too
  if (size > eshm::kMaxDataSize) return ESHM_ERROR_BUFFER_TOO_SMALL;
  eshm::chatter("eshm_write");
  eshm::Lease::Use use(handle->writeLease);
  eshm::Segment *segment = handle->segment.load(std::memory_order_acquire);
  if (segment == nullptr) return detachedCode(*handle);
  eshm::writeChannel(handle->outgoing(*segment), data, size);
  return ESHM_SUCCESS;
}

extern "C" int eshm_read_ex(ESHMHandle *handle, void *buffer, size_t buffer_size, size_t *bytes_read,
                            uint32_t timeout_ms) {
  if (handle == nullptr || buffer == nullptr) return ESHM_ERROR_INVALID_PARAM;
  eshm::chatter("eshm_read_ex");
  Reader reader{*handle, buffer, buffer_size};
  const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
  int code = reader.poll(true);
  while (code == ESHM_ERROR_NO_DATA && timeout_ms != 0) {
    if (Clock::now() >= end) {
      code = ESHM_ERROR_TIMEOUT;
      break;
    }
    std::this_thread::sleep_for(kPoll);
    code = reader.poll(false);
  }
  if (bytes_read != nullptr) *bytes_read = reader.bytesRead;
  return code;
}

extern "C" int eshm_read(ESHMHandle *handle, void *buffer, size_t buffer_size) {
  static_assert(eshm::kMaxDataSize <= INT_MAX);
  size_t bytesRead = 0;
  const int code = eshm_read_ex(handle, buffer, buffer_size, &bytesRead, kPlainReadTimeoutMs);
  return code == ESHM_SUCCESS ? static_cast<int>(bytesRead) : code;
}

#endif
