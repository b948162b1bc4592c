// Files of /dev/shm: PROTOCOL.md section 12.
//
// Unkind on purpose, as the original: nobody looks at a file's size, so one that is too short ends its reader by SIGBUS;
// and a file is removed by its name, whoever's it is by then.
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "place.hpp"

namespace eshm {
namespace {

constexpr mode_t kMode = 0666;  // less the umask
constexpr size_t kNameMost = 255;  // with the slash that shm_open wants in front

std::string pathOf(const char *name) {
  std::string path = std::string("/eshm_") + name;
  if (path.size() > kNameMost) path.resize(kNameMost);
  for (size_t i = 1; i < path.size(); ++i) {
    if (path[i] == '/') path[i] = '_';
  }
  return path;
}

class Posix final : public Place {
 public:
  int create(const char *name) const override {
    const std::string path = pathOf(name);
    const int fd = shm_open(path.c_str(), O_CREAT | O_EXCL | O_RDWR, kMode);
    if (fd == -1 || ftruncate(fd, sizeof(Segment)) == 0) return fd;
    const int why = errno;
    close(fd);
    shm_unlink(path.c_str());
    errno = why;
    return -1;
  }
  int find(const char *name) const override { return shm_open(pathOf(name).c_str(), O_RDWR, kMode); }
  bool exists(const char *name) const override {
    const int fd = shm_open(pathOf(name).c_str(), O_RDONLY, 0);
    if (fd != -1) close(fd);
    return fd != -1;
  }

  bool fits(int) const override { return true; }
  Segment *map(int id) const override {
    void *address = mmap(nullptr, sizeof(Segment), PROT_READ | PROT_WRITE, MAP_SHARED, id, 0);
    return address == MAP_FAILED ? nullptr : static_cast<Segment *>(address);
  }
  void unmap(Segment *segment) const override { munmap(segment, sizeof(Segment)); }
  void release(int id) const override { close(id); }
  bool remove(const char *name, int) const override {
    return shm_unlink(pathOf(name).c_str()) == 0 || errno == ENOENT;
  }

  const char *finding() const override { return "shm_open"; }
  const char *mapping() const override { return "mmap"; }
};

}  // namespace

const Place &posix() {
  static const Posix place;
  return place;
}

}  // namespace eshm
