// System V segments: PROTOCOL.md section 1.
#include <cerrno>
#include <sys/ipc.h>
#include <sys/shm.h>

#include "place.hpp"

namespace eshm {
namespace {

// The caller's umask does not apply to these: 0666 is what ipcs shows.
constexpr int kMode = 0666;

class SystemV final : public Place {
 public:
  int create(const char *name) const override {
    return shmget(deriveKey(name), sizeof(Segment), kMode | IPC_CREAT | IPC_EXCL);
  }
  int find(const char *name) const override { return shmget(deriveKey(name), 0, kMode); }
  bool exists(const char *name) const override { return shmget(deriveKey(name), 0, 0) != -1; }

  bool fits(int id) const override {
    shmid_ds info{};
    if (shmctl(id, IPC_STAT, &info) == -1) return false;
    if (info.shm_segsz < sizeof(Segment)) errno = EINVAL;
    return info.shm_segsz >= sizeof(Segment);
  }
  Segment *map(int id) const override {
    void *address = shmat(id, nullptr, 0);
    return address == reinterpret_cast<void *>(-1) ? nullptr : static_cast<Segment *>(address);
  }
  void unmap(Segment *segment) const override { shmdt(segment); }
  void release(int) const override {}
  bool remove(const char *, int id) const override { return shmctl(id, IPC_RMID, nullptr) == 0; }

  const char *finding() const override { return "shmget"; }
  const char *mapping() const override { return "shmat"; }
};

}  // namespace

const Place &systemV() {
  static const SystemV place;
  return place;
}

}  // namespace eshm
