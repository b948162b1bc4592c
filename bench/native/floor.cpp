// The floor: one word on one cache line goes back and forth between two processes, with no protocol at all.
// The word is the sequence of the outgoing channel of the master, which nobody else uses meanwhile.
#include "channel.hpp"
#include "session.hpp"

namespace bench {
namespace {

void await(const std::atomic<uint32_t> &word, uint32_t value) {
  for (uint32_t spins = 0; word.load(std::memory_order_acquire) != value; ++spins) {
    if (spins == 0xFFFFFFFF) throw Failure("-10 the other end is gone");
  }
}

}  // namespace

std::string floorPing(Session &session, std::istringstream &words) {
  const auto batch = take<uint32_t>(words, "batch");
  const auto batches = take<size_t>(words, "batches");
  std::atomic<uint32_t> &word = session.segment->master_to_slave.sequence;
  std::vector<double> results(batches);
  uint32_t value = 0;
  auto start = Clock::now();
  for (double &result : results) {
    for (uint32_t i = 0; i < batch; ++i, value += 2) {
      word.store(value + 1, std::memory_order_release);
      await(word, value + 2);
    }
    const auto end = Clock::now();
    result = nanoseconds(end - start) / batch;
    start = end;
  }
  word.store(0);
  return figures("ns", results);
}

std::string floorEcho(Session &session, std::istringstream &words) {
  const auto count = take<uint32_t>(words, "count");
  std::atomic<uint32_t> &word = session.segment->master_to_slave.sequence;
  for (uint32_t i = 0, value = 0; i < count; ++i, value += 2) {
    await(word, value + 1);
    word.store(value + 2, std::memory_order_release);
  }
  return "ok";
}

}  // namespace bench
