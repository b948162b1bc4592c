// Five items of 1.0's data handler, by the stand-in for it: made, encoded and written; read and decoded.
#include "items.hpp"

#include "channel.hpp"
#include "session.hpp"

namespace bench {

std::string writeItems(Session &session, std::istringstream &words) {
  session.open("master", take<std::string>(words, "name"));
  const auto count = take<uint64_t>(words, "count");
  const auto batches = take<size_t>(words, "batches");
  std::vector<double> results(batches);
  int64_t counter = 0;
  for (double &result : results) {
    int worst = ESHM_SUCCESS;
    const auto start = Clock::now();
    for (uint64_t i = 0; i < count; ++i) {
      const Bytes message = items::encode(items::telemetry(counter++, "C++"), items::Dialect::kCpp);
      worst |= session.library.write(session.handle, message.data(), message.size());
    }
    result = nanoseconds(Clock::now() - start) / static_cast<double>(count);
    check(worst, "eshm_write");
  }
  session.close();
  return figures("ns", results);
}

// The library's own read sees nothing that was written before it was called, so this is the protocol's read by hand.
std::string readItems(Session &session, std::istringstream &words) {
  session.open("master", take<std::string>(words, "name"));
  const auto count = take<uint64_t>(words, "count");
  const auto batches = take<size_t>(words, "batches");
  const Bytes message = items::encode(items::telemetry(5, "C++"), items::Dialect::kCpp);
  check(session.library.write(session.handle, message.data(), message.size()), "eshm_write");
  eshm::Channel &channel = session.segment->master_to_slave;
  Bytes buffer(eshm::kMaxDataSize);
  std::vector<double> results(batches);
  for (double &result : results) {
    uint64_t wrong = 0;
    const auto start = Clock::now();
    for (uint64_t i = 0; i < count; ++i) {
      size_t size = 0;
      int64_t counter = 0;
      eshm::readChannel(channel, buffer.data(), buffer.size(), size, [] { return false; });
      wrong += items::isTelemetry(items::decode(buffer.data(), size), counter) && counter == 5 ? 0 : 1;
    }
    result = nanoseconds(Clock::now() - start) / static_cast<double>(count);
    if (wrong > 0) throw Failure(std::to_string(wrong) + " messages were not what was written");
  }
  session.close();
  return figures("ns", results);
}

}  // namespace bench
