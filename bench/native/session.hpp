// What the commands of the native driver work on: the library's handle, and the bare segment behind it.
#ifndef ESHM_BENCH_SESSION_HPP
#define ESHM_BENCH_SESSION_HPP

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "eshm_data.h"
#include "library.hpp"
#include "place.hpp"

namespace bench {

using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC
using Bytes = std::vector<uint8_t>;

// A busy machine must not make a benchmark's peer stale; the same in bench/node/driver.ts.
constexpr uint32_t kStaleThresholdMs = 10000;

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <typename T>
T take(std::istringstream &words, const char *what) {
  T value{};
  if (!(words >> value)) throw Failure(std::string("usage missing ") + what);
  return value;
}

inline void check(int code, const char *what) {
  if (code != ESHM_SUCCESS) throw Failure(std::to_string(code) + " " + what);
}

inline double nanoseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::nano>(duration).count();
}

inline std::string figures(const char *key, const std::vector<double> &values) {
  std::string line = std::string("ok ") + key + "=";
  char text[32];
  for (size_t i = 0; i < values.size(); ++i) {
    std::snprintf(text, sizeof text, "%s%.2f", i == 0 ? "" : ",", values[i]);
    line += text;
  }
  return line;
}

struct Session {
  const Library &library;
  const eshm::Place &place;
  ESHMHandle *handle = nullptr;
  ESHMHandle *beside = nullptr;  // a slave of another channel in the same process
  eshm::Segment *segment = nullptr;  // an attach of its own: the handle is opaque
  bool master = false;
  uint64_t counted = 0;  // what the spinning reader has seen, from the moment it opened

  eshm::Channel &outgoing() const { return master ? segment->master_to_slave : segment->slave_to_master; }
  eshm::Channel &incoming() const { return master ? segment->slave_to_master : segment->master_to_slave; }

  ESHMHandle *start(const std::string &role, const std::string &name) const {
    ESHMConfig config = eshm_default_config(name.c_str());
    config.stale_threshold_ms = kStaleThresholdMs;
    config.role = role == "master" ? ESHM_ROLE_MASTER : ESHM_ROLE_SLAVE;
    ESHMHandle *started = library.init(&config);
    if (started == nullptr) throw Failure("-14 eshm_init");
    return started;
  }

  // A segment beside the library, for the floor: no handle, no heartbeat.
  void attach(const std::string &name) {
    const int made = place.create(name.c_str());
    map(made == -1 ? place.find(name.c_str()) : made);
  }

  void open(const std::string &role, const std::string &name) {
    close();  // what a failed round left open
    handle = start(role, name);
    master = role == "master";
    map(place.find(name.c_str()));
    counted = incoming().write_count.load();
  }

  void openBeside(const std::string &name) { beside = start("slave", name); }

  void map(int id) {
    segment = id == -1 ? nullptr : place.map(id);
    if (id != -1) place.release(id);
    if (segment == nullptr) throw Failure("-3 cannot attach the segment");
  }

  void close() {
    if (segment != nullptr) place.unmap(segment);
    segment = nullptr;
    for (ESHMHandle **each : {&handle, &beside}) {
      if (*each != nullptr) library.destroy(*each);
      *each = nullptr;
    }
  }
};

// The commands; each returns its answer line.
std::string write(Session &session, std::istringstream &words);      // writes.cpp
std::string update(Session &session, std::istringstream &words);
std::string writeItems(Session &session, std::istringstream &words);  // items.cpp
std::string readItems(Session &session, std::istringstream &words);
std::string paced(Session &session, std::istringstream &words);
std::string jittered(Session &session, std::istringstream &words);   // streams.cpp
std::string follow(Session &session, std::istringstream &words);
std::string followBoth(Session &session, std::istringstream &words);
std::string flood(Session &session, std::istringstream &words);      // writes.cpp
std::string ping(Session &session, std::istringstream &words);       // round_trips.cpp
std::string echo(Session &session, std::istringstream &words);
std::string libPing(Session &session, std::istringstream &words);
std::string libEcho(Session &session, std::istringstream &words);
std::string floorPing(Session &session, std::istringstream &words);  // floor.cpp
std::string floorEcho(Session &session, std::istringstream &words);
std::string opens(Session &session, std::istringstream &words);      // lifecycle.cpp
std::string cpu();

}  // namespace bench

#endif
