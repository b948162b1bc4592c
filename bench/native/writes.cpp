// Writes through the library: as fast as it takes them, and at a pace.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <thread>

#include "session.hpp"

namespace bench {

std::string write(Session &session, std::istringstream &words) {
  const auto size = take<size_t>(words, "size");  // from stdin: nothing for the compiler to fold
  const auto count = take<uint64_t>(words, "count");
  const auto batches = take<size_t>(words, "batches");
  const Bytes message(size + 1, 0x5a);
  const auto eshmWrite = session.library.write;
  std::vector<double> results(batches);
  for (double &result : results) {
    int worst = ESHM_SUCCESS;
    const auto start = Clock::now();
    for (uint64_t i = 0; i < count; ++i) worst |= eshmWrite(session.handle, message.data(), size);
    result = nanoseconds(Clock::now() - start) / static_cast<double>(count);
    check(worst, "eshm_write");
  }
  return figures("ns", results);
}

// What update-64-ts does: eight doubles of a struct, then the whole of it.
std::string update(Session &session, std::istringstream &words) {
  struct Eight {
    double a, b, c, d, e, f, g, h;
  };
  session.open("master", take<std::string>(words, "name"));
  const auto count = take<uint64_t>(words, "count");
  const auto batches = take<size_t>(words, "batches");
  const auto eshmWrite = session.library.write;
  Eight eight{};
  double value = 0.5;
  std::vector<double> results(batches);
  for (double &result : results) {
    int worst = ESHM_SUCCESS;
    const auto start = Clock::now();
    for (uint64_t i = 0; i < count; ++i) {
      value += 1;
      eight = {value, value + 1, value + 2, value + 3, value + 4, value + 5, value + 6, value + 7};
      worst |= eshmWrite(session.handle, &eight, sizeof eight);
    }
    result = nanoseconds(Clock::now() - start) / static_cast<double>(count);
    check(worst, "eshm_write");
  }
  session.close();
  return figures("ns", results);
}

// Sleeps until shortly before each intended time and spins the rest, as the Node driver does.
std::string paced(Session &session, std::istringstream &words) {
  const auto count = take<uint32_t>(words, "count");
  const std::chrono::nanoseconds period(take<int64_t>(words, "period"));
  constexpr std::chrono::microseconds kSpin{400};
  uint8_t message[64] = {};
  auto intended = Clock::now() + std::chrono::milliseconds(2);
  for (uint32_t i = 0; i < count; ++i, intended += period) {
    const int64_t stamp = std::chrono::duration_cast<std::chrono::nanoseconds>(intended.time_since_epoch()).count();
    std::memcpy(message, &stamp, sizeof stamp);
    if (intended - Clock::now() > kSpin) std::this_thread::sleep_until(intended - kSpin);
    while (Clock::now() < intended) {
    }
    check(session.library.write(session.handle, message, sizeof message), "eshm_write");
  }
  return "ok";
}

// Without a pause; every eight bytes are the message's number, and of the last one all bits are set (node/flat-out.ts).
std::string flood(Session &session, std::istringstream &words) {
  const std::chrono::milliseconds duration(take<uint32_t>(words, "duration"));
  constexpr uint64_t kLast = UINT64_MAX;
  constexpr uint64_t kWrites = 1000;  // between two looks at the clock
  uint64_t message[8] = {};
  const auto send = [&](uint64_t number) {
    std::fill(std::begin(message), std::end(message), number);
    return session.library.write(session.handle, message, sizeof message);
  };
  const auto end = Clock::now() + duration;
  for (uint64_t number = 0; Clock::now() < end;) {
    int worst = ESHM_SUCCESS;
    for (uint64_t i = 0; i < kWrites; ++i) worst |= send(number++);
    check(worst, "eshm_write");
  }
  check(send(kLast), "eshm_write");
  return "ok";
}

}  // namespace bench
