// Commands that touch the segment itself, past the library.
#include <cerrno>
#include <cstring>

#include "channel.hpp"
#include "peer_kind.hpp"
#include "peer_session.hpp"
#include "peer_stall.hpp"
#include "place.hpp"

namespace peer {
namespace {

Failure systemError(const char *code, const char *call) {
  return Failure(std::string(code) + " " + call + ": " + std::strerror(errno));
}

int find(const std::string &name) {
  const eshm::Place &place = libraryPlace();
  const int id = place.find(name.c_str());
  if (id == -1) throw systemError("-3", place.finding());
  return id;
}

}  // namespace

RawSegment::RawSegment(const std::string &name) {
  const eshm::Place &place = libraryPlace();
  const int id = find(name);
  segment_ = place.fits(id) ? place.map(id) : nullptr;
  const int why = errno;
  place.release(id);
  errno = why;
  if (segment_ == nullptr) throw systemError("-3", place.mapping());
}

RawSegment::~RawSegment() { libraryPlace().unmap(segment_); }

std::string dump(Session &session, std::istringstream &words) {
  std::string name;
  const RawSegment raw(words >> name ? decodeName(name) : session.name);
  Bytes copy(sizeof(eshm::Segment));
  std::memcpy(copy.data(), static_cast<const void *>(&*raw), copy.size());
  return "dump " + toHex(copy.data(), copy.size());
}

std::string removeByName(std::istringstream &words) {
  const std::string name = decodeName(take<std::string>(words, "name"));
  const int id = find(name);
  const bool removed = libraryPlace().remove(name.c_str(), id);
  const int why = errno;
  libraryPlace().release(id);
  errno = why;
  if (!removed) throw systemError("-5", "removing");
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
