#include "log.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <thread>

namespace eshm {

void log(const char *format, ...) {
  const int before = errno;
  char line[256];
  const int head = std::snprintf(line, sizeof line, "[ESHM] ");
  va_list args;
  va_start(args, format);
  std::vsnprintf(line + head, sizeof line - static_cast<size_t>(head), format, args);
  va_end(args);
  std::fprintf(stderr, "%s\n", line);
#ifdef ESHM_NOISY
  std::printf("%s\n", line);
#endif
  errno = before;
}

void logFailure(const char *call) { log("%s failed: %s", call, std::strerror(errno)); }

#ifdef ESHM_NOISY
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kEvery = 1000;                     // calls between two lines,
constexpr std::chrono::milliseconds kLineRest{10};    // and at least this time
constexpr std::chrono::milliseconds kPiecesRest{100};  // at least, between two lines in pieces
constexpr std::chrono::milliseconds kPause{1};        // between the pieces

std::atomic<uint64_t> calls{0};

// True for the first and then once in `rest` at most, for one of the threads that ask.
class Turn {
 public:
  explicit constexpr Turn(Clock::duration rest) : rest_(rest) {}
  bool taken() {
    const auto now = Clock::now().time_since_epoch().count();
    auto last = last_.load();
    return (last == 0 || now - last >= rest_.count()) && last_.compare_exchange_strong(last, now);
  }

 private:
  const Clock::duration rest_;
  std::atomic<Clock::rep> last_{0};
};

Turn lineTurn{kLineRest};
Turn piecesTurn{kPiecesRest};

// A line whose first half is out before the second is written; without the newline that would make it a line.
void inPieces(const char *call) {
  std::printf("[ESHM] noise: this line of %s is cut", call);
  std::fflush(stdout);
  std::this_thread::sleep_for(kPause);
  std::printf(" in two pieces\n");
  std::fflush(stdout);
}

}  // namespace

void chatter(const char *call) {
  const uint64_t number = calls.fetch_add(1, std::memory_order_relaxed);
  if (number % kEvery != 0 || !lineTurn.taken()) return;
  const int before = errno;
  log("noise: %s, call %llu", call, static_cast<unsigned long long>(number));
  if (piecesTurn.taken()) inPieces(call);
  errno = before;
}
#endif

}  // namespace eshm
