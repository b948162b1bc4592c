// What the commands of eshm_peer work on: the open handle, and the bare segment behind it.
#ifndef ESHM_PEER_SESSION_HPP
#define ESHM_PEER_SESSION_HPP

#include <atomic>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "eshm.h"
#include "eshm_data.h"

namespace peer {

using Bytes = std::vector<uint8_t>;

// A command that cannot be carried out; its text becomes the `error` line.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The error line for a code of the library.
Failure libraryError(int code);

std::string toHex(const uint8_t *data, size_t size);
Bytes fromHex(const std::string &hex);
std::string decodeName(const std::string &text);  // %XX stands for one byte

template <typename T>
T take(std::istringstream &words, const char *what) {
  T value{};
  if (!(words >> value)) throw Failure(std::string("usage missing ") + what);
  return value;
}

// An attach of its own: the library's handle is opaque and has no use for this.
class RawSegment {
 public:
  explicit RawSegment(const std::string &name);
  ~RawSegment();
  RawSegment(const RawSegment &) = delete;
  RawSegment &operator=(const RawSegment &) = delete;
  eshm::Segment &operator*() const { return *segment_; }
  eshm::Segment *operator->() const { return segment_; }

 private:
  eshm::Segment *segment_ = nullptr;
};

struct Session {
  ESHMHandle *handle = nullptr;
  std::string name;
  ESHMRole role = ESHM_ROLE_AUTO;
  std::thread watcher;
  std::atomic<bool> watching{false};
  std::atomic<uint64_t> staleCount{0};

  ESHMHandle *open_() const;  // the handle, or Failure when nothing is open
  eshm::Channel &outgoing(RawSegment &raw) const;
  eshm::Channel &incoming(RawSegment &raw) const;
  void close();
};

// The commands, by what they do; each returns its answer line.
std::string openSession(Session &session, std::istringstream &words);  // peer_session.cpp
std::string stats(Session &session);
std::string dump(Session &session, std::istringstream &words);         // peer_raw.cpp
std::string removeByName(std::istringstream &words);
std::string stepsWrite(Session &session, std::istringstream &words);
std::string burst(Session &session, std::istringstream &words);        // peer_load.cpp
std::string burstAcked(Session &session, std::istringstream &words);
std::string drain(Session &session, std::istringstream &words);
std::string echo(Session &session, std::istringstream &words);
std::string tortureWrite(Session &session, std::istringstream &words);
std::string tortureRead(Session &session, std::istringstream &words);
std::string benchWrite(Session &session, std::istringstream &words);   // peer_bench.cpp
std::string spinPing(Session &session, std::istringstream &words);
std::string spinEcho(Session &session, std::istringstream &words);

}  // namespace peer

#endif
