// A stream at a pace with jitter, and the library's own blocking reads of one.
#include <algorithm>
#include <cstring>
#include <random>
#include <thread>

#include "session.hpp"

namespace bench {
namespace {

// The first bytes of a message: when it was written, on the clock of both ends, and its number.
struct Head {
  int64_t writtenNs;
  uint64_t number;
};

int64_t nowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

}  // namespace

// Sleeps until each message is due, which is up to a tenth of the period early or late of the pace. A writer that was given
// no core does not catch up: a burst is nothing that a reader of a slot could follow.
std::string jittered(Session &session, std::istringstream &words) {
  const auto count = take<uint64_t>(words, "count");
  const auto period = take<int64_t>(words, "period");
  std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<int64_t> jitter(-period / 10, period / 10);
  uint8_t message[64] = {};
  auto beat = Clock::now() + std::chrono::milliseconds(5);
  for (uint64_t number = 0; number < count; ++number, beat += std::chrono::nanoseconds(period)) {
    std::this_thread::sleep_until(beat + std::chrono::nanoseconds(jitter(random)));
    beat = std::max(beat, Clock::now() - std::chrono::nanoseconds(period / 5));
    const Head head{nowNs(), number};
    std::memcpy(message, &head, sizeof head);
    check(session.library.write(session.handle, message, sizeof message), "eshm_write");
  }
  return "ok";
}

// Reads a stream of `count` messages with the library until the last has come, or none for `timeout` ms.
std::string follow(Session &session, std::istringstream &words) {
  const auto count = take<uint64_t>(words, "count");
  const auto timeoutMs = take<uint32_t>(words, "timeout");
  Bytes buffer(eshm::kMaxDataSize);
  std::vector<double> results;
  results.reserve(count);
  for (uint64_t number = 0; number + 1 < count;) {
    size_t size = 0;
    const int code = session.library.readEx(session.handle, buffer.data(), buffer.size(), &size, timeoutMs);
    if (code == ESHM_ERROR_TIMEOUT) break;
    check(code, "eshm_read_ex");
    Head head{};
    std::memcpy(&head, buffer.data(), sizeof head);
    results.push_back(static_cast<double>(nowNs() - head.writtenNs));
    number = head.number;
  }
  return figures("ns", results);
}

}  // namespace bench
