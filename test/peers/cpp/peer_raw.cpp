// Commands that touch the segment itself, past the library.
#include <cerrno>
#include <cstring>
#include <sys/ipc.h>
#include <sys/shm.h>

#include "channel.hpp"
#include "peer_session.hpp"
#include "peer_stall.hpp"

namespace peer {
namespace {

int find(const std::string &name) {
  const int shmid = shmget(eshm::deriveKey(name.c_str()), 0, 0);
  if (shmid == -1) throw Failure("-3 shmget: " + std::string(std::strerror(errno)));
  return shmid;
}

}  // namespace

RawSegment::RawSegment(const std::string &name) {
  const int shmid = find(name);
  shmid_ds info{};
  if (shmctl(shmid, IPC_STAT, &info) == -1 || info.shm_segsz < sizeof(eshm::Segment)) {
    throw Failure("-3 segment is too small");
  }
  void *address = shmat(shmid, nullptr, 0);
  if (address == reinterpret_cast<void *>(-1)) throw Failure("-3 shmat: " + std::string(std::strerror(errno)));
  segment_ = static_cast<eshm::Segment *>(address);
}

RawSegment::~RawSegment() { shmdt(segment_); }

std::string dump(Session &session, std::istringstream &words) {
  std::string name;
  const RawSegment raw(words >> name ? decodeName(name) : session.name);
  Bytes copy(sizeof(eshm::Segment));
  std::memcpy(copy.data(), static_cast<const void *>(&*raw), copy.size());
  return "dump " + toHex(copy.data(), copy.size());
}

std::string removeByName(std::istringstream &words) {
  const int shmid = find(decodeName(take<std::string>(words, "name")));
  if (shmctl(shmid, IPC_RMID, nullptr) == -1) throw Failure("-5 shmctl: " + std::string(std::strerror(errno)));
  return "ok";
}

void writeStep(eshm::Channel &channel, const Bytes &data, int number) {
  using namespace eshm;
  const size_t half = data.size() / 2;
  switch (number) {
    case 1: return bumpSequence(channel);
    case 2: return static_cast<void>(std::memcpy(channel.data, data.data(), half));
    case 3: return static_cast<void>(std::memcpy(channel.data + half, data.data() + half, data.size() - half));
    case 4: return poke(channel.data_size, static_cast<uint32_t>(data.size()));
    case 5: return bumpSequence(channel);
    default: return poke(channel.write_count, peek(channel.write_count) + uint64_t{1});
  }
}

std::string stepsWrite(Session &session, std::istringstream &words) {
  session.open_();
  const Bytes data = fromHex(take<std::string>(words, "hex"));
  const int last = take<int>(words, "last step");
  if (last < 1 || last > kSteps) throw Failure("usage steps are 1 to 6");
  if (data.size() > eshm::kMaxDataSize) throw libraryError(ESHM_ERROR_BUFFER_TOO_SMALL);
  RawSegment raw(session.name);
  eshm::Channel &channel = session.outgoing(raw);
  for (int number = 1; number <= last; ++number) {
    writeStep(channel, data, number);
    eshm::storeFence();
  }
  return "ok stopped-after=" + std::to_string(last);
}

}  // namespace peer
