// A peer that does what it is told: one command per line on stdin, one answer line each on the descriptor of voice.hpp.
//
//   open master|slave|auto NAME [threshold=MS behavior=N wait=MS retry=MS attempts=N cleanup=0|1
//                                threads=0|1 watch=0|1]      -> ok role=N
//   write HEX                                                -> ok
//   write-null SIZE                eshm_write of no address  -> ok
//   read TIMEOUT_MS [BUFFER_SIZE]                            -> data HEX
//   alive                                                    -> alive 0|1
//   stats                                                    -> stats key=value ... (the C names)
//   stale-count                                              -> stale-count N
//   burst COUNT SIZE [GAP_US]      self-checking messages    -> ok sent=N
//   burst-acked SECONDS SIZE TIMEOUT_MS   the same, each written when the one before was counted as read
//                                                            -> ok sent=N
//   drain TIMEOUT_MS               checks them until none comes for that long
//                                                            -> ok messages=N bad=N last=NUMBER lost=N repeated=N
//                                                               backward=N (of the numbers, counted from 0)
//   echo COUNT TIMEOUT_MS          reads and writes back     -> ok echoed=N
//   torture-write SECONDS SIZE|mixed                         -> ok messages=N
//   torture-read SECONDS [lib]                               -> ok torn=N messages=N
//   stream-write SECONDS LEAST MOST GAP_US   numbered messages of LEAST to MOST bytes (16 or more), and after each a
//                                  pause; refused: while the library says to try again
//                                                            -> ok messages=N refused=N
//   stream-read SECONDS [lib]      checks them; repeated: older ones than before; the TypeScript peer counts
//                                  the same one too; times of whole ones are CLOCK_MONOTONIC in us, longest the
//                                  longest silence
//                                                            -> ok messages=N torn=N repeated=N first-us=T last-us=T
//                                                               longest-us=T
//   stall-write SIZE STEP MS       the stream's next message, by a write that stands still after STEP (1 to 5 of
//                                  steps-write) for MS, the heart beating, and then goes on
//                                                            -> ok stalled-us=T resumed-us=T
//   steps-write HEX STOP_AFTER     a write by hand: 1 sequence odd, 2 half of the data, 3 all of it,
//                                  4 data_size, 5 sequence even, 6 write_count; answers, and then the
//                                  main thread stops for good (the heartbeat goes on)
//                                                            -> ok stopped-after=N
//   bench-write SIZE COUNT         eshm_write                -> ok ns=X
//   spin-echo COUNT                first on one side, then   -> ok echoed=N
//   spin-ping COUNT SIZE           on the other              -> ok ns=X
//   items-again DIALECT HEX        decodes items and encodes them; DIALECT is c++ or python
//                                                            -> data HEX, or error malformed TEXT
//   items-answer DIALECT COUNT TIMEOUT_MS  reads, runs the calls in it, writes all back -> ok answered=N
//   items-call DIALECT FUNCTION [INTEGER ...]  until there is a result   -> ok TYPE VALUE
//   items-send DIALECT COUNT GAP_US   what the interop programs of 1.0 send -> ok sent=N
//   items-receive LAST TIMEOUT_MS  checks those until the one with counter LAST -> ok read=N wrong=N malformed=N
//   dump [NAME]                    the whole segment         -> dump HEX
//   key NAME                                                 -> key N
//   remove NAME                    IPC_RMID or unlink        -> ok
//   lib                            the library in use        -> lib PATH
//   kind                           what it is, by trying it  -> kind system-v|posix[-remembers]
//   errors                         codes and their texts     -> errors CODE=TEXT;...
//   close                                                    -> ok
//   quit                                                     -> ok, and the program ends
//
// What fails is answered with `error CODE TEXT` (codes of the C API) or `error usage TEXT`. HEX is `-` for no bytes.
// A NAME may hold %XX for any byte. stale-count is how often the remote went from alive to not alive since
// open, asked every millisecond (a clean close counts; watch=0 leaves it out). The end of stdin is quit.
#include <dlfcn.h>
#include <unistd.h>

#include <iostream>

#include "peer_items.hpp"
#include "peer_kind.hpp"
#include "peer_session.hpp"
#include "peer_stall.hpp"
#include "voice.hpp"

namespace {

using peer::Failure;
using peer::Session;

std::string read(Session &session, std::istringstream &words) {
  const auto timeoutMs = peer::take<uint32_t>(words, "timeout");
  size_t bufferSize = eshm::kMaxDataSize;
  words >> bufferSize;
  peer::Bytes buffer(eshm::kMaxDataSize + 1);
  size_t size = 0;
  const int code = eshm_read_ex(session.open_(), buffer.data(), std::min(bufferSize, eshm::kMaxDataSize), &size, timeoutMs);
  if (code != ESHM_SUCCESS) throw peer::libraryError(code);
  return "data " + (size == 0 ? "-" : peer::toHex(buffer.data(), size));
}

std::string write(Session &session, std::istringstream &words) {
  const peer::Bytes data = peer::fromHex(peer::take<std::string>(words, "hex"));
  // Of an empty message too the library wants to know where it lies.
  static const uint8_t nothing = 0;
  const int code = eshm_write(session.open_(), data.empty() ? &nothing : data.data(), data.size());
  if (code != ESHM_SUCCESS) throw peer::libraryError(code);
  return "ok";
}

std::string writeNull(Session &session, std::istringstream &words) {
  const int code = eshm_write(session.open_(), nullptr, peer::take<size_t>(words, "size"));
  if (code != ESHM_SUCCESS) throw peer::libraryError(code);
  return "ok";
}

std::string alive(Session &session) {
  bool alive = false;
  const int code = eshm_check_remote_alive(session.open_(), &alive);
  if (code != ESHM_SUCCESS) throw peer::libraryError(code);
  return alive ? "alive 1" : "alive 0";
}

std::string libraryPath() {
  Dl_info info{};
  dladdr(reinterpret_cast<void *>(&eshm_write), &info);
  return std::string("lib ") + (info.dli_fname == nullptr ? "?" : info.dli_fname);
}

std::string errors() {
  std::string line = "errors";
  for (int code = 0; code >= -15; --code) {
    line += (code == 0 ? " " : ";") + std::to_string(code) + "=" + eshm_error_string(code);
  }
  return line;
}

std::string answer(Session &session, const std::string &command, std::istringstream &words) {
  if (command == "open") return peer::openSession(session, words);
  if (command == "write") return write(session, words);
  if (command == "write-null") return writeNull(session, words);
  if (command == "read") return read(session, words);
  if (command == "alive") return alive(session);
  if (command == "stats") return peer::stats(session);
  if (command == "stale-count") return "stale-count " + std::to_string(session.staleCount.load());
  if (command == "burst") return peer::burst(session, words);
  if (command == "burst-acked") return peer::burstAcked(session, words);
  if (command == "drain") return peer::drain(session, words);
  if (command == "echo") return peer::echo(session, words);
  if (command == "torture-write") return peer::tortureWrite(session, words);
  if (command == "torture-read") return peer::tortureRead(session, words);
  if (command == "stream-write") return peer::streamWrite(session, words);
  if (command == "stream-read") return peer::streamRead(session, words);
  if (command == "stall-write") return peer::stallWrite(session, words);
  if (command == "steps-write") return peer::stepsWrite(session, words);
  if (command == "bench-write") return peer::benchWrite(session, words);
  if (command == "spin-ping") return peer::spinPing(session, words);
  if (command == "spin-echo") return peer::spinEcho(session, words);
  if (command == "items-again") return peer::itemsAgain(words);
  if (command == "items-answer") return peer::itemsAnswer(session, words);
  if (command == "items-call") return peer::itemsCall(session, words);
  if (command == "items-send") return peer::itemsSend(session, words);
  if (command == "items-receive") return peer::itemsReceive(session, words);
  if (command == "dump") return peer::dump(session, words);
  if (command == "key") {
    const std::string name = peer::decodeName(peer::take<std::string>(words, "name"));
    return "key " + std::to_string(eshm::deriveKey(name.c_str()));
  }
  if (command == "remove") return peer::removeByName(words);
  if (command == "lib") return libraryPath();
  if (command == "kind") return "kind " + peer::libraryKind();
  if (command == "errors") return errors();
  if (command == "close" || command == "quit") {
    session.close();
    return "ok";
  }
  throw Failure("usage unknown command " + command);
}

}  // namespace

int main() {
  Session session;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    if (!(words >> command)) continue;
    bool failed = false;
    try {
      peer::voice << answer(session, command, words) << std::endl;
    } catch (const Failure &failure) {
      failed = true;
      peer::voice << "error " << failure.what() << std::endl;
    }
    if (command == "quit") return 0;
    while (command == "steps-write" && !failed) pause();
  }
  session.close();
  return 0;
}
