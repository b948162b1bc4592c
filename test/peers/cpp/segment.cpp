#include "segment.hpp"

#include <cerrno>
#include <cstring>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include "channel.hpp"
#include "log.hpp"

namespace eshm {
namespace {

constexpr int kMode = 0666;
constexpr int kCreateAttempts = 10;  // another master may remove or create between two of our steps

Segment *attach(int shmid) {
  void *address = shmat(shmid, nullptr, 0);
  if (address != reinterpret_cast<void *>(-1)) return static_cast<Segment *>(address);
  logFailure("shmat");
  return nullptr;
}

bool create(int32_t key, uint32_t staleThresholdMs, Attachment &out) {
  const int shmid = shmget(key, sizeof(Segment), kMode | IPC_CREAT | IPC_EXCL);
  if (shmid == -1) {
    if (errno != EEXIST) logFailure("shmget");
    return false;
  }
  // The caller's umask does not apply to System V segments: 0666 is what ipcs shows.
  Segment *segment = attach(shmid);
  if (segment == nullptr) {
    const int why = errno;
    removeSegment(shmid);
    errno = why;
    return false;
  }
  std::memset(static_cast<void *>(segment), 0, sizeof(Segment));
  poke(segment->header.version, kVersion);
  poke(segment->header.stale_threshold, staleThresholdMs);
  storeFence();  // a slave that sees the magic sees the rest
  poke(segment->header.magic, kMagic);
  out = {segment, shmid, true};
  return true;
}

// A segment with a slave on it is taken over as it is.
bool takeOver(int shmid, Attachment &out) {
  shmid_ds info{};
  if (shmctl(shmid, IPC_STAT, &info) == -1 || info.shm_segsz < sizeof(Segment)) return false;
  Segment *segment = attach(shmid);
  if (segment == nullptr) return false;
  if (peek(segment->header.slave_alive) != 1) {
    detach(segment);
    return false;
  }
  out = {segment, shmid, false};
  return true;
}

void markMaster(Segment &segment) {
  Header &header = segment.header;
  const uint32_t generation = peek(header.master_generation) + 1u;
  log("Master starting with generation %u", generation);
  poke(header.master_generation, generation);
  poke(header.master_pid, static_cast<int32_t>(getpid()));
  poke(header.master_heartbeat, uint64_t{0});
  poke(header.master_alive, 1u);
}

}  // namespace

bool openAsMaster(int32_t key, uint32_t staleThresholdMs, Attachment &out) {
  for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
    if (create(key, staleThresholdMs, out)) {
      markMaster(*out.segment);
      return true;
    }
    if (errno != EEXIST) return false;
    const int shmid = shmget(key, 0, 0);
    if (shmid == -1) {
      if (errno == ENOENT) continue;
      logFailure("shmget");
      return false;
    }
    if (takeOver(shmid, out)) {
      markMaster(*out.segment);
      return true;
    }
    if (!removeSegment(shmid) && errno != EINVAL && errno != EIDRM) return false;
  }
  errno = EEXIST;
  return false;
}

bool attachExisting(int32_t key, Attachment &out) {
  const int shmid = shmget(key, sizeof(Segment), kMode);
  if (shmid == -1) {
    logFailure("shmget");
    return false;
  }
  Segment *segment = attach(shmid);
  if (segment == nullptr) return false;
  if (peek(segment->header.magic) != kMagic) {
    detach(segment);
    errno = EPROTO;
    return false;
  }
  out = {segment, shmid, false};
  return true;
}

void markSlave(Segment &segment) {
  poke(segment.header.slave_pid, static_cast<int32_t>(getpid()));
  poke(segment.header.slave_alive, 1u);
}

bool openAsSlave(int32_t key, Attachment &out) {
  if (!attachExisting(key, out)) return false;
  markSlave(*out.segment);
  poke(out.segment->header.slave_heartbeat, uint64_t{0});
  return true;
}

bool openAsAuto(int32_t key, uint32_t staleThresholdMs, Attachment &out, ESHMRole &role) {
  if (shmget(key, 0, 0) == -1 && create(key, staleThresholdMs, out)) {
    markMaster(*out.segment);
    role = ESHM_ROLE_MASTER;
    return true;
  }
  role = ESHM_ROLE_SLAVE;
  return openAsSlave(key, out);
}

void detach(Segment *segment) { shmdt(segment); }

bool removeSegment(int shmid) { return shmctl(shmid, IPC_RMID, nullptr) == 0; }

}  // namespace eshm
