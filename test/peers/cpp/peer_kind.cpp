#include "peer_kind.hpp"

#include <unistd.h>

#include <cstdlib>

#include "peer_session.hpp"

namespace peer {
namespace {

// An end of the trial channel; without threads, so that nobody waits for anybody.
class End {
 public:
  End(const std::string &name, ESHMRole role) {
    ESHMConfig config = eshm_default_config(name.c_str());
    config.role = role;
    config.use_threads = false;
    handle_ = eshm_init(&config);
    if (handle_ == nullptr) throw Failure("-14 eshm_init: cannot open a channel to try the library");
  }
  ~End() { eshm_destroy(handle_); }
  End(const End &) = delete;
  End &operator=(const End &) = delete;

  void write() { eshm_write(handle_, "", 1); }

  bool reads() {
    char byte = 0;
    size_t size = 0;
    return eshm_read_ex(handle_, &byte, 1, &size, 0) == ESHM_SUCCESS;
  }

 private:
  ESHMHandle *handle_ = nullptr;
};

}  // namespace

std::string libraryKind() {
  const std::string name = "eshm-kind-" + std::to_string(getpid());
  End master(name, ESHM_ROLE_MASTER);
  const bool inFile = eshm::posix().exists(name.c_str());
  if (!inFile && !eshm::systemV().exists(name.c_str())) throw Failure("-3 the library's segment is in no known place");
  End slave(name, ESHM_ROLE_SLAVE);
  master.write();  // a count of 0 is no memory
  slave.reads();
  master.write();
  const bool remembers = slave.reads();
  if (!inFile) return "system-v";
  return remembers ? "posix-remembers" : "posix";
}

const eshm::Place &libraryPlace() {
  static const std::string kind = std::getenv("ESHM_PEER_SHM") ? std::getenv("ESHM_PEER_SHM") : libraryKind();
  return kind == "system-v" ? eshm::systemV() : eshm::posix();
}

}  // namespace peer
