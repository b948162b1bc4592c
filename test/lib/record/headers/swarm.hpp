// Drones that fly together: what each says, what the ground says to it, and the links between them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace swarm {
inline namespace v2 {
struct Nothing {};
struct Id {
  std::array<std::uint8_t, 6> bytes;
};
#pragma pack(push, 4)
struct Drone {
  Id id;
  double x, y, z;
  float yaw, battery;
  std::int64_t seen_ns;
  std::uint8_t hops;
  Nothing reserved;
  std::byte flags;
};
struct Order {
  double x, y, z;
  std::uint32_t due_ms;
  std::uint8_t kind;
};
#pragma pack(pop)
struct Link {
  std::int8_t rssi_dbm[2];
  float loss __attribute__((packed));
  std::uint16_t rate_kbps;
};
}

class Formation {
 public:
  std::uint64_t epoch;
  Drone drones[12];
  Order orders[12];
  Link links[12];
  const std::uint32_t revision = 0;
  volatile std::uint32_t lost = 0;
  struct {
    std::int32_t north_cm, east_cm;
  } home[2];
  char8_t call_sign[9];
};
}
