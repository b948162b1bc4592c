// The commands of eshm_peer for messages of 1.0's data handler; the grammar is at the top of eshm_peer.cpp.
#ifndef ESHM_PEER_ITEMS_HPP
#define ESHM_PEER_ITEMS_HPP

#include "peer_session.hpp"

namespace peer {

std::string itemsAgain(std::istringstream &words);
std::string itemsAnswer(Session &session, std::istringstream &words);
std::string itemsCall(Session &session, std::istringstream &words);
std::string itemsSend(Session &session, std::istringstream &words);
std::string itemsReceive(Session &session, std::istringstream &words);

}  // namespace peer

#endif
