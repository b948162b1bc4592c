// Steady traffic over the C API, for the chaos runner: writes a message every PERIOD milliseconds, checks every
// message it reads, and says (voice.hpp) what it sees. Grammar in test/chaos/traffic.ts; this is the same in C++.
//
//   eshm_traffic master|slave NAME INSTANCE PERIOD_MS [OPTION=VALUE ...]
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <iostream>
#include <thread>

#include "peer_session.hpp"
#include "peer_stall.hpp"
#include "voice.hpp"

namespace {

constexpr size_t kHead = 16;
constexpr size_t kMost = 4096;
constexpr int64_t kQuietNs = 10'000'000;  // at most one `good` line in this time

int64_t nowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Crc {
  std::array<uint32_t, 256> table{};
  Crc() {
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
      table[i] = value;
    }
  }
  uint32_t add(uint32_t crc, const uint8_t *data, size_t size) const {
    crc = ~crc;
    for (size_t i = 0; i < size; ++i) crc = table[(crc ^ data[i]) & 255] ^ (crc >> 8);
    return ~crc;
  }
};

const Crc crc;

uint32_t word(const uint8_t *data, size_t index) {
  uint32_t value = 0;
  std::memcpy(&value, data + 4 * index, 4);
  return value;
}

uint32_t checksum(const uint8_t *data, size_t size) {
  return crc.add(crc.add(0, data, 12), data + kHead, size - kHead);
}

struct Traffic {
  uint32_t instance = 0;
  peer::Session session;
  uint32_t number = 0;
  uint32_t random = 1;
  uint32_t lastFrom = 0;
  int64_t lastSaid = 0;
  bool stale = false;

  peer::Bytes next() {
    random = random * 1664525u + 1013904223u;
    const size_t size = kHead + (random >> 8) % (kMost - kHead + 1);
    peer::Bytes message(size);
    const uint32_t head[3] = {instance, ++number, static_cast<uint32_t>(size)};
    std::memcpy(message.data(), head, 12);
    for (size_t i = kHead; i < size; ++i) message[i] = static_cast<uint8_t>(number + i);
    const uint32_t sum = checksum(message.data(), size);
    std::memcpy(message.data() + 12, &sum, 4);
    return message;
  }

  void check(const uint8_t *data, size_t size) {
    if (size == 0) {
      peer::voice << "empty " << nowNs() << std::endl;
    } else if (size < kHead || word(data, 2) != size || word(data, 3) != checksum(data, size)) {
      peer::voice << "torn size " << size << std::endl;
    } else if (word(data, 0) != lastFrom || nowNs() - lastSaid >= kQuietNs) {
      lastFrom = word(data, 0);
      lastSaid = nowNs();
      peer::voice << "good " << lastFrom << " " << lastSaid << std::endl;
    }
  }

  void watch() {
    bool alive = false;
    eshm_check_remote_alive(session.handle, &alive);
    if (stale == !alive) return;
    stale = !alive;
    peer::voice << (stale ? "stale " : "recovered ") << nowNs() << std::endl;
  }

  void stall(std::istringstream &words) {
    int step = 0;
    int ms = 0;
    words >> step >> ms;
    peer::stalledWrite(session, next(), step, std::chrono::milliseconds(ms),
                       [] { peer::voice << "stalled " << nowNs() << std::endl; });
    peer::voice << "resumed " << nowNs() << std::endl;
  }

  // False at the end.
  bool obey(const std::string &line) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command == "die") {
      int step = 0;
      words >> step;
      const peer::Bytes message = next();
      std::istringstream arguments(peer::toHex(message.data(), message.size()) + " " + std::to_string(step));
      peer::stepsWrite(session, arguments);
      raise(SIGKILL);
    }
    if (command == "stall") stall(words);
    return command != "quit";
  }

  void run(std::chrono::milliseconds period) {
    peer::Bytes buffer(kMost);
    auto due = std::chrono::steady_clock::now();
    for (;;) {
      pollfd input{STDIN_FILENO, POLLIN, 0};
      std::string line;
      if (poll(&input, 1, 0) > 0 && (!std::getline(std::cin, line) || !obey(line))) return;
      if (std::chrono::steady_clock::now() >= due) {
        const peer::Bytes message = next();
        eshm_write(session.handle, message.data(), message.size());
        due = std::chrono::steady_clock::now() + period;
      }
      size_t size = 0;
      if (eshm_read_ex(session.handle, buffer.data(), buffer.size(), &size, 2) == ESHM_SUCCESS) check(buffer.data(), size);
      else std::this_thread::sleep_for(std::chrono::microseconds(100));
      watch();
    }
  }
};

}  // namespace

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  Traffic traffic;
  traffic.instance = static_cast<uint32_t>(std::stoul(argv[3]));
  traffic.random = traffic.instance;
  std::string arguments = std::string(argv[1]) + " " + argv[2] + " watch=0";
  for (int i = 5; i < argc; ++i) arguments += std::string(" ") + argv[i];
  for (;;) {
    try {
      std::istringstream words(arguments);
      peer::openSession(traffic.session, words);
      break;
    } catch (const peer::Failure &failure) {
      if (std::string(argv[1]) == "master") {
        peer::voice << "error " << failure.what() << std::endl;
        return 3;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // a slave waits for its master
    }
  }
  peer::voice << "open " << nowNs() << std::endl;
  traffic.run(std::chrono::milliseconds(std::stoul(argv[4])));
  traffic.session.close();
  peer::voice << "bye" << std::endl;
  return 0;
}
