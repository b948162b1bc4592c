// Where segments are kept: System V segments under a key, or files of /dev/shm. Which one a library uses is in kind.hpp.
#ifndef ESHM_PLACE_HPP
#define ESHM_PLACE_HPP

#include "eshm_data.h"

namespace eshm {

// An id is a shmid or a descriptor; what find and create give is released by release. Nothing here prints.
class Place {
 public:
  // Each gives an id, or -1 with errno.
  virtual int create(const char *name) const = 0;     // EEXIST where there is one
  virtual int find(const char *name) const = 0;       // to be mapped
  virtual bool exists(const char *name) const = 0;    // also one that may not be mapped

  virtual bool fits(int id) const = 0;                // false with errno: shorter than a segment
  virtual Segment *map(int id) const = 0;             // null with errno
  virtual void unmap(Segment *segment) const = 0;
  virtual void release(int id) const = 0;
  virtual bool remove(const char *name, int id) const = 0;

  // The calls, as a line about their failure has them.
  virtual const char *finding() const = 0;
  virtual const char *mapping() const = 0;

 protected:
  ~Place() = default;
};

const Place &systemV();  // place_system_v.cpp
const Place &posix();    // place_posix.cpp

}  // namespace eshm

#endif
