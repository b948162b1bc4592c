// The native side of the benchmarks: `driver LIBRARY system-v|posix`, where the library's segments are, then one
// command per line on stdin, one answer line each.
//
//   open master|slave NAME               the library's handle, and the segment beside it    -> ok
//   attach NAME                          a segment without the library, made if need be     -> ok
//   close                                                                                   -> ok
//   write SIZE COUNT BATCHES             eshm_write, COUNT times a batch                    -> ok ns=A,B,... per write
//   update NAME COUNT BATCHES            fills eight doubles, then eshm_write, as a master   -> ok ns=A,B,... per update
//   items-write NAME COUNT BATCHES       five items, made, encoded and written               -> ok ns=A,B,... per message
//   items-read NAME COUNT BATCHES        read and decoded                                   -> ok ns=A,B,... per message
//   paced COUNT PERIOD_NS                eshm_write at intended times, which are the payload-> ok
//   jittered COUNT JITTER_NS LAG_NS GAPS eshm_write, GAPS apart: TIMESxNS,... over again     -> ok
//   follow COUNT TIMEOUT_MS              eshm_read_ex of such a stream                      -> ok ns=A,B,... of each read
//   open-beside NAME                     a slave of another channel, until `close`          -> ok
//   follow-both COUNT TIMEOUT_MS COUNT   as follow, of both channels, a thread for each      -> ok ns=A,B,... of each read
//   flood MS                             eshm_write for so long without a pause             -> ok
//   ping SIZE BATCH BATCHES              spinning on the segment, the original's barriers   -> ok ns=A,B,... per trip
//   echo COUNT                           the other end of it                                -> ok
//   lib-ping SIZE COUNT PAUSE_US         eshm_write and eshm_read_ex                        -> ok ns=... resent is
//                                        a trip that began anew                             -> part of its trip
//   lib-echo UNTIL                       answers until the message numbered UNTIL came      -> ok
//   floor-ping BATCH BATCHES             one cache line back and forth, no protocol         -> ok ns=A,B,...
//   floor-echo COUNT                                                                        -> ok
//   opens COUNT NAME                     eshm_init and eshm_destroy of a master             -> ok ms=A,B,...
//   cpu                                  of this process so far, user and system            -> ok us=N
//   quit                                                                                    -> ok
//
// What fails is answered with `error TEXT`. The end of stdin is quit.
#include <iostream>

#include "session.hpp"
#include "voice.hpp"

namespace {

using bench::Session;

std::string open(Session &session, std::istringstream &words) {
  const auto role = bench::take<std::string>(words, "role");
  session.open(role, bench::take<std::string>(words, "name"));
  return "ok";
}

std::string answer(Session &session, const std::string &command, std::istringstream &words) {
  if (command == "open") return open(session, words);
  if (command == "open-beside") return session.openBeside(bench::take<std::string>(words, "name")), "ok";
  if (command == "attach") return session.attach(bench::take<std::string>(words, "name")), "ok";
  if (command == "close" || command == "quit") return session.close(), "ok";
  if (command == "write") return bench::write(session, words);
  if (command == "update") return bench::update(session, words);
  if (command == "items-write") return bench::writeItems(session, words);
  if (command == "items-read") return bench::readItems(session, words);
  if (command == "paced") return bench::paced(session, words);
  if (command == "jittered") return bench::jittered(session, words);
  if (command == "follow") return bench::follow(session, words);
  if (command == "follow-both") return bench::followBoth(session, words);
  if (command == "flood") return bench::flood(session, words);
  if (command == "ping") return bench::ping(session, words);
  if (command == "echo") return bench::echo(session, words);
  if (command == "lib-ping") return bench::libPing(session, words);
  if (command == "lib-echo") return bench::libEcho(session, words);
  if (command == "floor-ping") return bench::floorPing(session, words);
  if (command == "floor-echo") return bench::floorEcho(session, words);
  if (command == "opens") return bench::opens(session, words);
  if (command == "cpu") return bench::cpu();
  throw bench::Failure("usage unknown command " + command);
}

}  // namespace

int main(int argc, char **argv) try {
  const std::string where = argc == 3 ? argv[2] : "";
  if (where != "system-v" && where != "posix") throw bench::Failure("usage: driver LIBRARY system-v|posix");
  const bench::Library library(argv[1]);
  Session session{library, where == "posix" ? eshm::posix() : eshm::systemV()};
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    if (!(words >> command)) continue;
    try {
      peer::voice << answer(session, command, words) << std::endl;
    } catch (const std::exception &failure) {
      peer::voice << "error " << failure.what() << std::endl;
    }
    if (command == "quit") return 0;
  }
  session.close();
  return 0;
} catch (const std::exception &failure) {
  std::cerr << failure.what() << std::endl;
  return 1;
}
