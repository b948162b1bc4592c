// The two threads of a handle: the heartbeat (1 ms) and the monitor (as often as the kind looks), which also reconnects.
#include <chrono>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "channel.hpp"
#include "handle.hpp"
#include "kind.hpp"
#include "log.hpp"

namespace eshm {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kBeat{1};
constexpr milliseconds kStep{10};  // of a sleep, at most, so that a close need not wait for its end
constexpr milliseconds kDetachGrace{20};

void beat(ESHMHandle &handle) {
  log("Heartbeat thread started");
  while (handle.running.load() && !handle.stopped.load()) {
    {
      std::lock_guard<std::mutex> lock(handle.attachMutex);
      if (Segment *segment = handle.segment.load()) {
        Header &header = segment->header;
        auto &own = handle.isMaster() ? header.master_heartbeat : header.slave_heartbeat;
        poke(own, peek(own) + uint64_t{1});
      }
    }
    std::this_thread::sleep_for(kBeat);
  }
  log("Heartbeat thread ended");
}

// Returns early when the handle closes.
void sleepWhileRunning(const ESHMHandle &handle, milliseconds duration) {
  const auto end = Clock::now() + duration;
  while (handle.running.load()) {
    const auto left = end - Clock::now();
    if (left <= Clock::duration::zero()) return;
    std::this_thread::sleep_for(left < Clock::duration(kStep) ? left : Clock::duration(kStep));
  }
}

void letGo(ESHMHandle &handle) {
  Segment *old = nullptr;
  int oldId = -1;
  {
    std::lock_guard<std::mutex> lock(handle.attachMutex);
    old = handle.segment.exchange(nullptr);
    oldId = handle.id;
  }
  std::this_thread::sleep_for(kDetachGrace);
  settleLeases();
  while (handle.writeLease.busy() || handle.readLease.busy()) std::this_thread::sleep_for(kBeat);
  if (old != nullptr) detach(old, oldId);
}

bool tryReattach(ESHMHandle &handle, uint64_t lastSeen) {
  Attachment found;
  if (!attachExisting(handle.name.c_str(), found)) return false;
  if (peek(found.segment->header.master_heartbeat) == lastSeen) {  // still the dead one
    detach(found.segment, found.id);
    return false;
  }
  markSlave(*found.segment);
  std::lock_guard<std::mutex> lock(handle.attachMutex);
  handle.id = found.id;
  handle.lastMasterHeartbeat = 0;
  handle.lastSlaveHeartbeat = 0;
  handle.remoteStale.store(false);
  handle.attachCount.fetch_add(1);
  handle.segment.store(found.segment);
  return true;
}

// False when it gave up, or the handle closes.
bool reconnect(ESHMHandle &handle, uint64_t lastSeen) {
  const ESHMConfig &config = handle.config;
  letGo(handle);
  const auto start = Clock::now();
  for (uint32_t attempt = 1; handle.running.load(); ++attempt) {
    log("Reattaching, attempt %u", attempt);
    if (tryReattach(handle, lastSeen)) {
      log("Reattached");
      return true;
    }
    const bool tooOften = config.max_reconnect_attempts != 0 && attempt >= config.max_reconnect_attempts;
    const bool tooLong = config.reconnect_wait_ms != 0 && Clock::now() - start >= milliseconds(config.reconnect_wait_ms);
    if (tooOften || tooLong) {
      log("Giving up after attempt %u", attempt);
      return false;
    }
    sleepWhileRunning(handle, milliseconds(config.reconnect_retry_interval_ms));
  }
  return false;
}

uint64_t remoteHeartbeat(const ESHMHandle &handle, const Header &header) {
  return peek(handle.isMaster() ? header.slave_heartbeat : header.master_heartbeat);
}

// Watches the remote's heartbeat. It begins with one that has just moved: a remote that never beats is stale after the
// threshold, not at once, and recovers with its first beat. Belongs to the monitor thread.
class Watch {
 public:
  explicit Watch(uint64_t heartbeat) : lastSeen_(heartbeat) {}

  // True while the remote is stale.
  bool look(ESHMHandle &handle, const Header &header) {
    const uint64_t now = remoteHeartbeat(handle, header);
    if (now != lastSeen_) {
      lastSeen_ = now;
      unchangedMs_ = 0;
      if (handle.remoteStale.exchange(false)) log("Remote endpoint recovered");
      return false;
    }
    if (handle.remoteStale.load()) return true;
    unchangedMs_ += static_cast<uint32_t>(kind.look.count());
    if (unchangedMs_ < peek(header.stale_threshold)) return false;
    handle.remoteStale.store(true);
    log("Remote endpoint detected as STALE! (counter: %u ms)", unchangedMs_);
    return true;
  }

  uint64_t lastSeen() const { return lastSeen_; }

 private:
  uint64_t lastSeen_;
  uint32_t unchangedMs_ = 0;  // by the looks it took, as the original counts
};

// Only this thread takes the segment away, so it may look at it without the mutex.
void watchRemote(ESHMHandle &handle) {
  const auto heartbeat = [&] { return remoteHeartbeat(handle, handle.segment.load()->header); };
  Watch watch(kind.firstLookNotes ? heartbeat() : 0);
  for (;;) {
    std::this_thread::sleep_for(kind.look);
    if (!handle.running.load()) return;
    if (!watch.look(handle, handle.segment.load()->header) || handle.isMaster()) continue;
    if (handle.config.disconnect_behavior == ESHM_DISCONNECT_IMMEDIATELY) {
      handle.stopped.store(true);
      return;
    }
    if (!reconnect(handle, watch.lastSeen())) return;
    watch = Watch(heartbeat());
  }
}

void monitor(ESHMHandle &handle) {
  log("Monitor thread started");
  watchRemote(handle);
  log("Monitor thread ended");
}

}  // namespace

void prepareLeases() { syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0); }

// Where the kernel has no membarrier the grace of 20 ms has to do, as in the original.
void settleLeases() { syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0); }

void startThreads(ESHMHandle &handle) {
  handle.running.store(true);
  handle.heartbeatThread = std::thread([&handle] { beat(handle); });
  handle.monitorThread = std::thread([&handle] { monitor(handle); });
}

void stopThreads(ESHMHandle &handle) {
  handle.running.store(false);
  if (handle.heartbeatThread.joinable()) handle.heartbeatThread.join();
  if (handle.monitorThread.joinable()) handle.monitorThread.join();
}

}  // namespace eshm
