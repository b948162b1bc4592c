// Finding, making, attaching and removing segments: section 4's rules for each role.
#ifndef ESHM_SEGMENT_HPP
#define ESHM_SEGMENT_HPP

#include "eshm.h"
#include "eshm_data.h"

namespace eshm {

struct Attachment {
  Segment *segment = nullptr;
  int shmid = -1;
  bool creator = false;
};

// Each returns false with errno set, and then leaves nothing attached.
bool openAsMaster(int32_t key, uint32_t staleThresholdMs, Attachment &out);
bool openAsSlave(int32_t key, Attachment &out);
bool openAsAuto(int32_t key, uint32_t staleThresholdMs, Attachment &out, ESHMRole &role);

// Attaches a segment that carries the magic; changes nothing in it.
bool attachExisting(int32_t key, Attachment &out);
void markSlave(Segment &segment);
void detach(Segment *segment);
bool removeSegment(int shmid);

}  // namespace eshm

#endif
