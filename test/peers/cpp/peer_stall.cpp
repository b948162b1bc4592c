#include "peer_stall.hpp"

#include <algorithm>
#include <cstring>
#include <thread>

#include "channel.hpp"

namespace peer {
namespace {

using Clock = std::chrono::steady_clock;

// A message of a stream: its number, its size, and the number's last byte up to the end. So one that is half another
// one shows, and one with the size of another.
constexpr size_t kStreamHeader = 8;
constexpr size_t kStreamLeast = 16;

// For the whole life of the process, over all channels: what comes later has a higher number.
uint32_t numberWritten = 0;
uint32_t numberRead = 0;

void fillMessage(Bytes &message, size_t size) {
  const uint32_t head[2] = {++numberWritten, static_cast<uint32_t>(size)};
  message.resize(size);
  std::memcpy(message.data(), head, kStreamHeader);
  std::memset(message.data() + kStreamHeader, static_cast<int>(numberWritten & 255), size - kStreamHeader);
}

bool whole(const uint8_t *data, size_t size, uint32_t &number) {
  if (size < kStreamLeast) return false;
  uint32_t head[2];
  std::memcpy(head, data, kStreamHeader);
  number = head[0];
  const uint8_t *fill = data + kStreamHeader;
  return head[1] == size && *fill == (number & 255) && std::memcmp(fill, fill + 1, size - kStreamHeader - 1) == 0;
}

size_t streamSize(std::istringstream &words, const char *what) {
  const auto size = take<size_t>(words, what);
  if (size < kStreamLeast) throw Failure("usage a stream's message has at least 16 bytes");
  if (size > eshm::kMaxDataSize) throw libraryError(ESHM_ERROR_BUFFER_TOO_SMALL);
  return size;
}

// What a reader has seen: totals, and when.
struct Record {
  uint64_t messages = 0;
  uint64_t torn = 0;
  uint64_t repeated = 0;
  int64_t firstUs = 0;  // of whole messages only, as the next two
  int64_t lastUs = 0;
  int64_t longestUs = 0;  // longest silence between two of them

  void add(const uint8_t *data, size_t size) {
    ++messages;
    uint32_t number = 0;
    if (size == 0) return;  // in the place of a half-written one
    if (!whole(data, size, number)) {
      ++torn;
      return;
    }
    // The same one again is no fault here: this reader goes by write_count, which moves after the even sequence.
    if (number < numberRead) ++repeated;
    numberRead = number;
    const int64_t now = nowUs();
    if (firstUs == 0) firstUs = now;
    else longestUs = std::max(longestUs, now - lastUs);
    lastUs = now;
  }

  std::string line() const {
    std::ostringstream out;
    out << "ok messages=" << messages << " torn=" << torn << " repeated=" << repeated << " first-us=" << firstUs
        << " last-us=" << lastUs << " longest-us=" << longestUs;
    return out.str();
  }
};

}  // namespace

int64_t nowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch()).count();
}

void stalledWrite(Session &session, const Bytes &data, int step, std::chrono::milliseconds duration,
                  const std::function<void()> &onStand) {
  if (step < 1 || step >= kSteps) throw Failure("usage steps to stand after are 1 to 5");
  RawSegment raw(session.name);
  eshm::Channel &channel = session.outgoing(raw);
  for (int number = 1; number <= kSteps; ++number) {
    writeStep(channel, data, number);
    eshm::storeFence();
    if (number != step) continue;
    onStand();
    std::this_thread::sleep_for(duration);
  }
}

std::string stallWrite(Session &session, std::istringstream &words) {
  session.open_();
  const size_t size = streamSize(words, "size");
  const auto step = take<int>(words, "step");
  const std::chrono::milliseconds duration(take<uint32_t>(words, "milliseconds"));
  Bytes message;
  fillMessage(message, size);
  int64_t stalledUs = 0;
  stalledWrite(session, message, step, duration, [&] { stalledUs = nowUs(); });
  return "ok stalled-us=" + std::to_string(stalledUs) + " resumed-us=" + std::to_string(nowUs());
}

// A writer that is told to try again, as a slave is while it looks for its master, does so.
std::string streamWrite(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto end = Clock::now() + std::chrono::duration<double>(take<double>(words, "seconds"));
  const size_t least = streamSize(words, "least size");
  const size_t most = std::max(least, streamSize(words, "most"));
  const std::chrono::microseconds gap(take<uint32_t>(words, "gap"));
  Bytes message;
  uint32_t random = numberWritten + 12345;
  uint64_t written = 0;
  uint64_t refused = 0;
  do {
    for (int i = 0; i < (gap.count() == 0 ? 16 : 1); ++i) {  // the clock is dear beside a write
      random = random * 1664525u + 1013904223u;
      fillMessage(message, least + (random >> 8) % (most - least + 1));
      const int code = eshm_write(handle, message.data(), message.size());
      if (code == ESHM_SUCCESS) ++written;
      else if (code == ESHM_ERROR_TIMEOUT || code == ESHM_ERROR_NOT_INITIALIZED) ++refused;
      else throw libraryError(code);
    }
    if (gap.count() != 0) std::this_thread::sleep_for(gap);
  } while (Clock::now() < end);
  return "ok messages=" + std::to_string(written) + " refused=" + std::to_string(refused);
}

// Spins on the channel itself, or with `lib` waits in the library's read.
std::string streamRead(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto end = Clock::now() + std::chrono::duration<double>(take<double>(words, "seconds"));
  std::string mode;
  words >> mode;
  RawSegment raw(session.name);
  eshm::Channel &channel = session.incoming(raw);
  Bytes buffer(eshm::kMaxDataSize);
  uint64_t counted = eshm::peek(channel.write_count);
  const auto late = [&] { return Clock::now() >= end; };
  Record record;
  while (!late()) {
    size_t size = 0;
    if (mode == "lib") {
      if (eshm_read_ex(handle, buffer.data(), buffer.size(), &size, 1) != ESHM_SUCCESS) continue;
    } else {
      if (!eshm::hasNews(channel, counted)) continue;
      const uint64_t count = eshm::peek(channel.write_count);
      if (eshm::readChannel(channel, buffer.data(), buffer.size(), size, late) != eshm::ReadResult::kDone) continue;
      counted = count;
    }
    record.add(buffer.data(), size);
  }
  return record.line();
}

}  // namespace peer
