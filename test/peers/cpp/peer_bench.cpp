// Figures to compare with PROTOCOL.md section 10: the library's write, and a round trip that spins on the
// same layout with the same barriers.
#include <chrono>
#include <cstdio>

#include "channel.hpp"
#include "peer_session.hpp"

namespace peer {
namespace {

using Clock = std::chrono::steady_clock;

std::string nanoseconds(Clock::time_point start, uint64_t count) {
  const std::chrono::duration<double, std::nano> spent = Clock::now() - start;
  char line[64];
  std::snprintf(line, sizeof line, "ok ns=%.1f", spent.count() / static_cast<double>(count));
  return line;
}

// Reads the next message; false when nothing came for two seconds.
bool spinRead(eshm::Channel &channel, uint64_t &counted, Bytes &buffer, size_t &size) {
  for (uint32_t spins = 0; !eshm::hasNews(channel, counted); ++spins) {
    if ((spins & 0xFFFFF) != 0xFFFFF) continue;
    const auto end = Clock::now() + std::chrono::seconds(2);
    while (!eshm::hasNews(channel, counted)) {
      if (Clock::now() >= end) return false;
    }
    break;
  }
  counted = eshm::peek(channel.write_count);
  return eshm::readChannel(channel, buffer.data(), buffer.size(), size, [] { return false; }) ==
         eshm::ReadResult::kDone;
}

}  // namespace

std::string benchWrite(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto size = take<size_t>(words, "size");
  const auto count = take<uint64_t>(words, "count");
  const Bytes message(size + 1, 0x5a);
  for (uint64_t i = 0; i < count / 10; ++i) eshm_write(handle, message.data(), size);
  const auto start = Clock::now();
  for (uint64_t i = 0; i < count; ++i) eshm_write(handle, message.data(), size);
  return nanoseconds(start, count);
}

std::string spinPing(Session &session, std::istringstream &words) {
  session.open_();
  const auto count = take<uint64_t>(words, "count");
  const auto size = take<size_t>(words, "size");
  if (size > eshm::kMaxDataSize) throw libraryError(ESHM_ERROR_BUFFER_TOO_SMALL);
  RawSegment raw(session.name);
  eshm::Channel &out = session.outgoing(raw);
  eshm::Channel &in = session.incoming(raw);
  const Bytes message(size + 1, 0x5a);
  Bytes buffer(eshm::kMaxDataSize);
  uint64_t counted = eshm::peek(in.write_count);
  const auto start = Clock::now();
  for (uint64_t i = 0; i < count; ++i) {
    size_t got = 0;
    eshm::writeChannel(out, message.data(), size);
    if (!spinRead(in, counted, buffer, got)) throw libraryError(ESHM_ERROR_TIMEOUT);
  }
  return nanoseconds(start, count);
}

std::string spinEcho(Session &session, std::istringstream &words) {
  session.open_();
  const auto count = take<uint64_t>(words, "count");
  RawSegment raw(session.name);
  eshm::Channel &out = session.outgoing(raw);
  eshm::Channel &in = session.incoming(raw);
  Bytes buffer(eshm::kMaxDataSize);
  uint64_t counted = eshm::peek(in.write_count);
  for (uint64_t i = 0; i < count; ++i) {
    size_t size = 0;
    if (!spinRead(in, counted, buffer, size)) throw libraryError(ESHM_ERROR_TIMEOUT);
    eshm::writeChannel(out, buffer.data(), size);
  }
  return "ok echoed=" + std::to_string(count);
}

}  // namespace peer
