// Many messages at once: self-checking bursts, echoes, and the tear tests.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <thread>

#include "channel.hpp"
#include "peer_session.hpp"

namespace peer {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBurstHeader = 8;

// FNV-1a over the number's four bytes and the fill.
uint32_t checksum(const uint8_t *message, size_t size) {
  uint32_t hash = 2166136261u;
  const auto mix = [&](uint8_t byte) { hash = (hash ^ byte) * 16777619u; };
  for (size_t i = 0; i < 4; ++i) mix(message[i]);
  for (size_t i = kBurstHeader; i < size; ++i) mix(message[i]);
  return hash;
}

void fillMessage(Bytes &message, uint32_t number) {
  std::memcpy(message.data(), &number, 4);
  for (size_t i = kBurstHeader; i < message.size(); ++i) message[i] = static_cast<uint8_t>(number + i);
  const uint32_t sum = checksum(message.data(), message.size());
  std::memcpy(message.data() + 4, &sum, 4);
}

bool intact(const uint8_t *message, size_t size) {
  if (size < kBurstHeader) return false;
  uint32_t sum = 0;
  std::memcpy(&sum, message + 4, 4);
  return sum == checksum(message, size);
}

bool uniform(const uint8_t *data, size_t size) {
  return size < 2 || std::memcmp(data, data + 1, size - 1) == 0;
}

std::string tornLine(uint64_t torn, uint64_t messages) {
  return "ok torn=" + std::to_string(torn) + " messages=" + std::to_string(messages);
}

}  // namespace

std::string burst(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto count = take<uint32_t>(words, "count");
  const auto size = take<size_t>(words, "size");
  if (size < kBurstHeader) throw Failure("usage a burst message has at least 8 bytes");
  uint32_t gapUs = 0;
  words >> gapUs;
  Bytes message(size);
  for (uint32_t number = 0; number < count; ++number) {
    fillMessage(message, number);
    const int code = eshm_write(handle, message.data(), size);
    if (code != ESHM_SUCCESS) throw libraryError(code);
    if (gapUs != 0) std::this_thread::sleep_for(std::chrono::microseconds(gapUs));
  }
  return "ok sent=" + std::to_string(count);
}

std::string burstAcked(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto end = Clock::now() + std::chrono::duration<double>(take<double>(words, "seconds"));
  const auto size = take<size_t>(words, "size");
  const auto patience = std::chrono::milliseconds(take<uint32_t>(words, "timeout"));
  if (size < kBurstHeader) throw Failure("usage a burst message has at least 8 bytes");
  ESHMRole role = ESHM_ROLE_AUTO;
  eshm_get_role(handle, &role);
  const auto reads = [&] {
    ESHMStats stats{};
    const int code = eshm_get_stats(handle, &stats);
    if (code != ESHM_SUCCESS) throw libraryError(code);
    return role == ESHM_ROLE_MASTER ? stats.m2s_read_count : stats.s2m_read_count;
  };
  Bytes message(size);
  uint32_t number = 0;
  for (; Clock::now() < end; ++number) {
    const uint64_t before = reads();
    fillMessage(message, number);
    const int code = eshm_write(handle, message.data(), size);
    if (code != ESHM_SUCCESS) throw libraryError(code);
    const auto deadline = Clock::now() + patience;
    while (reads() == before) {
      if (Clock::now() > deadline) throw Failure("-10 not read in time sent=" + std::to_string(number + 1));
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  }
  return "ok sent=" + std::to_string(number);
}

std::string drain(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto timeoutMs = take<uint32_t>(words, "timeout");
  Bytes buffer(eshm::kMaxDataSize);
  uint64_t messages = 0;
  uint64_t bad = 0;
  uint64_t lost = 0;
  uint64_t repeated = 0;
  uint64_t backward = 0;
  int64_t last = -1;
  auto newest = Clock::now();
  for (size_t size = 0;;) {
    if (eshm_read_ex(handle, buffer.data(), buffer.size(), &size, timeoutMs) != ESHM_SUCCESS) {
      // A machine without a core to spare makes the other side stale for a moment: more may come.
      if (Clock::now() - newest >= std::chrono::milliseconds(timeoutMs)) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    newest = Clock::now();
    ++messages;
    if (!intact(buffer.data(), size)) ++bad;
    if (size < kBurstHeader) continue;
    uint32_t number = 0;
    std::memcpy(&number, buffer.data(), 4);
    if (number == last) ++repeated;
    else if (number < last) ++backward;
    else lost += number - last - 1;
    last = number;
  }
  std::ostringstream line;
  line << "ok messages=" << messages << " bad=" << bad << " last=" << std::max<int64_t>(last, 0) << " lost=" << lost
       << " repeated=" << repeated << " backward=" << backward;
  return line.str();
}

std::string echo(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto count = take<uint32_t>(words, "count");
  const auto timeoutMs = take<uint32_t>(words, "timeout");
  Bytes buffer(eshm::kMaxDataSize);
  for (uint32_t done = 0; done < count; ++done) {
    size_t size = 0;
    int code = eshm_read_ex(handle, buffer.data(), buffer.size(), &size, timeoutMs);
    if (code == ESHM_SUCCESS) code = eshm_write(handle, buffer.data(), size);
    if (code != ESHM_SUCCESS) throw Failure(std::string(libraryError(code).what()) + " echoed=" + std::to_string(done));
  }
  return "ok echoed=" + std::to_string(count);
}

std::string tortureWrite(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto end = Clock::now() + std::chrono::duration<double>(take<double>(words, "seconds"));
  const auto what = take<std::string>(words, "size");
  const size_t fixed = what == "mixed" ? 0 : std::strtoul(what.c_str(), nullptr, 10);
  if (fixed > eshm::kMaxDataSize) throw libraryError(ESHM_ERROR_BUFFER_TOO_SMALL);
  Bytes message(eshm::kMaxDataSize);
  uint32_t random = 12345;
  uint64_t number = 0;
  do {
    for (int i = 0; i < 64; ++i, ++number) {  // the clock is dear beside a write
      random = random * 1664525u + 1013904223u;
      const size_t size = what == "mixed" ? 1 + (random >> 8) % eshm::kMaxDataSize : fixed;
      std::memset(message.data(), static_cast<int>(number & 255), size);
      const int code = eshm_write(handle, message.data(), size);
      if (code != ESHM_SUCCESS) throw libraryError(code);
    }
  } while (Clock::now() < end);
  return "ok messages=" + std::to_string(number);
}

// Spins on the channel itself unless told `lib`: the library's reads sleep, and one with timeout 0 counts
// from the moment of the call and so finds nothing.
std::string tortureRead(Session &session, std::istringstream &words) {
  ESHMHandle *handle = session.open_();
  const auto end = Clock::now() + std::chrono::duration<double>(take<double>(words, "seconds"));
  std::string mode;
  words >> mode;
  RawSegment raw(session.name);
  eshm::Channel &channel = session.incoming(raw);
  Bytes buffer(eshm::kMaxDataSize);
  uint64_t messages = 0;
  uint64_t torn = 0;
  uint64_t counted = eshm::peek(channel.write_count);
  const auto late = [&] { return Clock::now() >= end; };
  while (!late()) {
    size_t size = 0;
    if (mode == "lib") {
      if (eshm_read_ex(handle, buffer.data(), buffer.size(), &size, 1) != ESHM_SUCCESS) continue;
    } else {
      if (!eshm::hasNews(channel, counted)) continue;
      counted = eshm::peek(channel.write_count);
      if (eshm::readChannel(channel, buffer.data(), buffer.size(), size, late) != eshm::ReadResult::kDone) continue;
    }
    ++messages;
    if (!uniform(buffer.data(), size)) ++torn;
  }
  return tornLine(torn, messages);
}

}  // namespace peer
