// Round trips: spinning on the segment with the original's barriers, and with the library's own reads.
#include <cstring>
#include <random>

#include "channel.hpp"
#include "session.hpp"

namespace bench {
namespace {

constexpr uint32_t kLibTimeoutMs = 20;  // a message may fall between two of the library's reads; then it is sent again
constexpr std::chrono::seconds kPatience{5};

void spinRead(Session &session, Bytes &buffer, size_t &size) {
  eshm::Channel &channel = session.incoming();
  for (uint32_t spins = 0; !eshm::hasNews(channel, session.counted); ++spins) {
    if ((spins & 0xFFFFF) != 0xFFFFF) continue;  // the clock is dear beside a look
    const auto end = Clock::now() + kPatience;
    while (!eshm::hasNews(channel, session.counted)) {
      if (Clock::now() >= end) throw Failure("-10 the other end is gone");
    }
    break;
  }
  session.counted = eshm::peek(channel.write_count);
  const auto never = [] { return false; };
  if (eshm::readChannel(channel, buffer.data(), buffer.size(), size, never) != eshm::ReadResult::kDone) {
    throw Failure("-13 the message is too large");
  }
}

// Spins for `least` to twice that, so that trips meet all phases of the other end's sleep.
void pause(std::chrono::microseconds least, std::minstd_rand &random) {
  const auto share = static_cast<int64_t>(random() % 1000);
  const auto end = Clock::now() + least + least * share / 1000;
  while (Clock::now() < end) {
  }
}

}  // namespace

std::string ping(Session &session, std::istringstream &words) {
  const auto size = take<size_t>(words, "size");
  const auto batch = take<uint32_t>(words, "batch");
  const auto batches = take<size_t>(words, "batches");
  const Bytes message(size + 1, 0x5a);
  Bytes buffer(eshm::kMaxDataSize);
  std::vector<double> results(batches);
  auto start = Clock::now();
  for (double &result : results) {
    for (uint32_t i = 0; i < batch; ++i) {
      size_t got = 0;
      eshm::writeChannel(session.outgoing(), message.data(), size);
      spinRead(session, buffer, got);
    }
    const auto end = Clock::now();
    result = nanoseconds(end - start) / batch;
    start = end;
  }
  return figures("ns", results);
}

std::string echo(Session &session, std::istringstream &words) {
  const auto count = take<uint64_t>(words, "count");
  Bytes buffer(eshm::kMaxDataSize);
  for (uint64_t i = 0; i < count; ++i) {
    size_t size = 0;
    spinRead(session, buffer, size);
    eshm::writeChannel(session.outgoing(), buffer.data(), size);
  }
  return "ok";
}

std::string libPing(Session &session, std::istringstream &words) {
  const auto size = take<size_t>(words, "size");
  const auto count = take<uint32_t>(words, "count");
  const std::chrono::microseconds least(take<uint32_t>(words, "pause"));
  std::minstd_rand random(std::random_device{}());
  Bytes message(size + sizeof(uint32_t), 0x5a);
  Bytes buffer(eshm::kMaxDataSize);
  std::vector<double> results(count);
  for (uint32_t number = 1; number <= count; ++number) {
    std::memcpy(message.data(), &number, sizeof number);
    pause(least, random);
    const auto start = Clock::now();
    for (uint32_t answered = 0; answered != number;) {
      if (Clock::now() - start > kPatience) throw Failure("-10 the other end is gone");
      check(session.library.write(session.handle, message.data(), size), "eshm_write");
      size_t got = 0;
      const int code = session.library.readEx(session.handle, buffer.data(), buffer.size(), &got, kLibTimeoutMs);
      if (code == ESHM_SUCCESS) std::memcpy(&answered, buffer.data(), sizeof answered);
      else if (code != ESHM_ERROR_TIMEOUT) check(code, "eshm_read_ex");
    }
    results[number - 1] = nanoseconds(Clock::now() - start);
  }
  return figures("ns", results);
}

std::string libEcho(Session &session, std::istringstream &words) {
  const auto until = take<uint32_t>(words, "until");
  Bytes buffer(eshm::kMaxDataSize);
  auto heard = Clock::now();
  for (uint32_t number = 0; number != until;) {
    size_t size = 0;
    const int code = session.library.readEx(session.handle, buffer.data(), buffer.size(), &size, 1000);
    if (code == ESHM_ERROR_TIMEOUT && Clock::now() - heard < kPatience) continue;
    check(code, "eshm_read_ex");
    heard = Clock::now();
    std::memcpy(&number, buffer.data(), sizeof number);
    check(session.library.write(session.handle, buffer.data(), size), "eshm_write");
  }
  return "ok";
}

}  // namespace bench
