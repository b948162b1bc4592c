// One open channel end: what its threads and its callers share.
#ifndef ESHM_HANDLE_HPP
#define ESHM_HANDLE_HPP

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "eshm.h"
#include "lease.hpp"
#include "segment.hpp"

struct ESHMHandle {
  std::string name;
  ESHMConfig config{};
  ESHMRole role = ESHM_ROLE_AUTO;  // the one it got, never AUTO once open
  int id = -1;  // of the segment, in its place
  bool creator = false;

  // Null while detached. Whoever uses it holds a lease (write, read) or `attachMutex` (all others).
  std::atomic<eshm::Segment *> segment{nullptr};
  std::atomic<uint32_t> attachCount{0};  // a new segment may come to lie at the old address
  eshm::Lease writeLease;
  eshm::Lease readLease;
  std::mutex attachMutex;

  std::atomic<bool> remoteStale{false};
  std::atomic<bool> stopped{false};  // disconnect behaviour IMMEDIATELY saw its master go stale
  std::atomic<bool> running{false};
  std::thread heartbeatThread;
  std::thread monitorThread;

  uint64_t remembered = 0;  // the write_count of the last read, where the kind remembers it; the reader's own

  uint64_t lastMasterHeartbeat = 0;  // for the deltas of the stats, under attachMutex
  uint64_t lastSlaveHeartbeat = 0;

  bool isMaster() const { return role == ESHM_ROLE_MASTER; }
  eshm::Channel &outgoing(eshm::Segment &s) const { return isMaster() ? s.master_to_slave : s.slave_to_master; }
  eshm::Channel &incoming(eshm::Segment &s) const { return isMaster() ? s.slave_to_master : s.master_to_slave; }
};

namespace eshm {

void startThreads(ESHMHandle &handle);
void stopThreads(ESHMHandle &handle);

}  // namespace eshm

#endif
