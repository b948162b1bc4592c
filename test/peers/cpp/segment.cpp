#include "segment.hpp"

#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "channel.hpp"
#include "kind.hpp"
#include "log.hpp"

namespace eshm {
namespace {

constexpr int kCreateAttempts = 10;  // another master may remove or create between two of our steps

Segment *map(int id) {
  Segment *segment = kind.place.map(id);
  if (segment == nullptr) logFailure(kind.place.mapping());
  return segment;
}

// Releases what was only looked at; errno stays what it was.
void release(int id) {
  const int why = errno;
  kind.place.release(id);
  errno = why;
}

bool create(const char *name, uint32_t staleThresholdMs, Attachment &out) {
  const int id = kind.place.create(name);
  if (id == -1) {
    if (errno != EEXIST) logFailure(kind.place.finding());
    return false;
  }
  Segment *segment = map(id);
  if (segment == nullptr) {
    const int why = errno;
    removeSegment(name, id);
    kind.place.release(id);
    errno = why;
    return false;
  }
  std::memset(static_cast<void *>(segment), 0, sizeof(Segment));
  poke(segment->header.version, kVersion);
  poke(segment->header.stale_threshold, staleThresholdMs);
  storeFence();  // a slave that sees the magic sees the rest
  poke(segment->header.magic, kMagic);
  out = {segment, id, true};
  return true;
}

// A segment with a slave on it is taken over as it is.
bool takeOver(int id, Attachment &out) {
  if (!kind.place.fits(id)) return false;
  Segment *segment = map(id);
  if (segment == nullptr) return false;
  if (peek(segment->header.slave_alive) != 1) {
    kind.place.unmap(segment);
    return false;
  }
  out = {segment, id, false};
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

bool openAsMaster(const char *name, uint32_t staleThresholdMs, Attachment &out) {
  for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
    if (create(name, staleThresholdMs, out)) {
      markMaster(*out.segment);
      return true;
    }
    if (errno != EEXIST) return false;
    const int id = kind.place.find(name);
    if (id == -1) {
      if (errno == ENOENT) continue;
      logFailure(kind.place.finding());
      return false;
    }
    if (takeOver(id, out)) {
      markMaster(*out.segment);
      return true;
    }
    const bool removed = removeSegment(name, id);
    release(id);
    if (!removed && errno != EINVAL && errno != EIDRM) return false;
  }
  errno = EEXIST;
  return false;
}

bool attachExisting(const char *name, Attachment &out) {
  const int id = kind.place.find(name);
  if (id == -1 || !kind.place.fits(id)) {
    logFailure(kind.place.finding());
    if (id != -1) release(id);
    return false;
  }
  Segment *segment = map(id);
  if (segment == nullptr) {
    release(id);
    return false;
  }
  if (peek(segment->header.magic) != kMagic) {
    detach(segment, id);
    errno = EPROTO;
    return false;
  }
  out = {segment, id, false};
  return true;
}

void markSlave(Segment &segment) {
  poke(segment.header.slave_pid, static_cast<int32_t>(getpid()));
  poke(segment.header.slave_alive, 1u);
}

bool openAsSlave(const char *name, Attachment &out) {
  if (!attachExisting(name, out)) return false;
  markSlave(*out.segment);
  poke(out.segment->header.slave_heartbeat, uint64_t{0});
  return true;
}

bool openAsAuto(const char *name, uint32_t staleThresholdMs, Attachment &out, ESHMRole &role) {
  if (!kind.place.exists(name) && create(name, staleThresholdMs, out)) {
    markMaster(*out.segment);
    role = ESHM_ROLE_MASTER;
    return true;
  }
  role = ESHM_ROLE_SLAVE;
  return openAsSlave(name, out);
}

void detach(Segment *segment, int id) {
  kind.place.unmap(segment);
  kind.place.release(id);
}

bool removeSegment(const char *name, int id) { return kind.place.remove(name, id); }

}  // namespace eshm
