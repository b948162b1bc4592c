// Which kind of library this program runs with. The C API does not tell, so it is tried.
#ifndef ESHM_PEER_KIND_HPP
#define ESHM_PEER_KIND_HPP

#include <string>

#include "place.hpp"

namespace peer {

// system-v, posix or posix-remembers (kind.hpp): by a channel of its own, which is gone afterwards.
std::string libraryKind();

// Where its segments are: what ESHM_PEER_SHM says, which is one of those, else found out once.
const eshm::Place &libraryPlace();

}  // namespace peer

#endif
