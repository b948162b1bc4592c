// Finding, making, attaching and removing segments: section 4's rules for each role.
#ifndef ESHM_SEGMENT_HPP
#define ESHM_SEGMENT_HPP

#include "eshm.h"
#include "eshm_data.h"

namespace eshm {

struct Attachment {
  Segment *segment = nullptr;
  int id = -1;  // of the place that it is in
  bool creator = false;
};

// Each returns false with errno set, and then leaves nothing attached.
bool openAsMaster(const char *name, uint32_t staleThresholdMs, Attachment &out);
bool openAsSlave(const char *name, Attachment &out);
bool openAsAuto(const char *name, uint32_t staleThresholdMs, Attachment &out, ESHMRole &role);

// Attaches a segment that carries the magic; changes nothing in it.
bool attachExisting(const char *name, Attachment &out);
void markSlave(Segment &segment);
void detach(Segment *segment, int id);
bool removeSegment(const char *name, int id);

}  // namespace eshm

#endif
