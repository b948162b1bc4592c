// A stream at a pace with jitter, and the library's own blocking reads of one, or of two.
#include <algorithm>
#include <cstring>
#include <functional>
#include <future>
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

// How long to wait after each message: `TIMESxNANOSECONDS,...`, over again.
class Gaps {
 public:
  explicit Gaps(const std::string &text) {
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
      std::istringstream words(part);
      char by = 0;
      Run run{};
      if (!(words >> run.times >> by >> run.gapNs) || by != 'x' || run.times == 0 || run.gapNs <= 0) {
        throw Failure("usage TIMESxNANOSECONDS, not " + part);
      }
      runs_.push_back(run);
    }
    if (runs_.empty()) throw Failure("usage missing gaps");
  }

  std::chrono::nanoseconds next() {
    if (taken_ == runs_[at_].times) {
      taken_ = 0;
      at_ = (at_ + 1) % runs_.size();
    }
    ++taken_;
    return std::chrono::nanoseconds(runs_[at_].gapNs);
  }

 private:
  struct Run {
    uint64_t times;
    int64_t gapNs;
  };
  std::vector<Run> runs_;
  size_t at_ = 0;
  uint64_t taken_ = 0;
};

// Nanoseconds from the writing of each message of a stream of `count` to its reading, until the last has come, or none for
// `timeoutMs`.
std::vector<double> delaysOf(const Library &library, ESHMHandle *handle, uint64_t count, uint32_t timeoutMs) {
  Bytes buffer(eshm::kMaxDataSize);
  std::vector<double> results;
  results.reserve(count);
  for (uint64_t number = 0; number + 1 < count;) {
    size_t size = 0;
    const int code = library.readEx(handle, buffer.data(), buffer.size(), &size, timeoutMs);
    if (code == ESHM_ERROR_TIMEOUT) break;
    check(code, "eshm_read_ex");
    Head head{};
    std::memcpy(&head, buffer.data(), sizeof head);
    results.push_back(static_cast<double>(nowNs() - head.writtenNs));
    number = head.number;
  }
  return results;
}

}  // namespace

// Sleeps until each message is due, which is up to `jitter` early or late of the gaps between them. A writer that was given no
// core does not catch up by more than `lag`: a burst of its own is nothing that a reader of a slot could follow.
std::string jittered(Session &session, std::istringstream &words) {
  const auto count = take<uint64_t>(words, "count");
  const auto jitterNs = take<int64_t>(words, "jitter");
  const std::chrono::nanoseconds lag(take<int64_t>(words, "lag"));
  Gaps gaps(take<std::string>(words, "gaps"));
  std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<int64_t> jitter(-jitterNs, jitterNs);
  uint8_t message[64] = {};
  auto beat = Clock::now() + std::chrono::milliseconds(5);
  for (uint64_t number = 0; number < count; ++number, beat += gaps.next()) {
    std::this_thread::sleep_until(beat + std::chrono::nanoseconds(jitter(random)));
    beat = std::max(beat, Clock::now() - lag);
    const Head head{nowNs(), number};
    std::memcpy(message, &head, sizeof head);
    check(session.library.write(session.handle, message, sizeof message), "eshm_write");
  }
  return "ok";
}

std::string follow(Session &session, std::istringstream &words) {
  const auto count = take<uint64_t>(words, "count");
  const auto timeoutMs = take<uint32_t>(words, "timeout");
  return figures("ns", delaysOf(session.library, session.handle, count, timeoutMs));
}

// A thread for each of two channels: the library's read blocks.
std::string followBoth(Session &session, std::istringstream &words) {
  const auto count = take<uint64_t>(words, "count");
  const auto timeoutMs = take<uint32_t>(words, "timeout");
  const auto countBeside = take<uint64_t>(words, "count beside");
  if (session.beside == nullptr) throw Failure("usage nothing is open beside");
  auto beside = std::async(std::launch::async, delaysOf, std::cref(session.library), session.beside, countBeside, timeoutMs);
  auto results = delaysOf(session.library, session.handle, count, timeoutMs);
  const auto others = beside.get();
  results.insert(results.end(), others.begin(), others.end());
  return figures("ns", results);
}

}  // namespace bench
