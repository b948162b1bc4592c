// A write that stands still between two of its steps and goes on later, and the streams around such stalls.
#ifndef ESHM_PEER_STALL_HPP
#define ESHM_PEER_STALL_HPP

#include <chrono>
#include <functional>

#include "peer_session.hpp"

namespace peer {

// How far a write can be done by hand: 1 sequence odd, 2 half of the data, 3 all of it, 4 data_size, 5 sequence even,
// 6 write_count.
constexpr int kSteps = 6;

// One of the steps, on a mapping of this program's own. What the library does in eshm_write: it keeps no shadow and
// adds 1 to whatever it finds, so it goes on behind such a write as behind one of its own.
void writeStep(eshm::Channel &channel, const Bytes &data, int number);  // peer_raw.cpp

// A whole write that stands still after `step`, 1 to 5, for so long; `onStand` is called when it stands. The library's
// threads beat meanwhile. To be called by the thread that writes.
void stalledWrite(Session &session, const Bytes &data, int step, std::chrono::milliseconds duration,
                  const std::function<void()> &onStand);

int64_t nowUs();  // of CLOCK_MONOTONIC, the same for all processes

// The commands; grammar in eshm_peer.cpp.
std::string stallWrite(Session &session, std::istringstream &words);
std::string streamWrite(Session &session, std::istringstream &words);
std::string streamRead(Session &session, std::istringstream &words);

}  // namespace peer

#endif
