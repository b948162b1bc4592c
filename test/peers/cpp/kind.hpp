// What tells the builds of the library apart: System V, and the two POSIX ones (PROTOCOL.md section 12).
#ifndef ESHM_KIND_HPP
#define ESHM_KIND_HPP

#include <chrono>

#include "place.hpp"

namespace eshm {

struct Kind {
  const Place &place;
  bool remembers;                  // what a reader has counted, from one read to the next, for the life of its handle
  std::chrono::milliseconds look;  // from one look at the remote's heartbeat to the next
  bool firstLookNotes;             // the first look takes the count as it stands; else it is compared with 0
};

// The only thing that is compiled anew for each kind.
extern const Kind kind;

}  // namespace eshm

#endif
