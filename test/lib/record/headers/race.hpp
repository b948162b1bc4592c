// Race telemetry: packed structs with an array of cars, sent by a game or a logger sixty times a second.
#pragma once
#include <cstdint>

namespace race {
#pragma pack(push, 1)
enum class Surface : std::uint8_t { tarmac, rumble, concrete, rock, gravel, mud, sand, grass, water = 9 };
enum class Flag : std::int8_t { unknown = -1, none = 0, green, blue, yellow };

struct PacketHeader {
  std::uint16_t format;
  std::uint8_t major, minor, version, id;
  std::uint64_t session_uid;
  float session_time;
  std::uint32_t frame, overall_frame;
  std::uint8_t player, second_player;
};

struct CarTelemetry {
  std::uint16_t speed_kmh;
  float throttle, steer, brake;
  std::uint8_t clutch;
  std::int8_t gear;
  std::uint16_t engine_rpm;
  std::uint8_t drs, rev_lights_percent;
  std::uint16_t rev_lights_bits;
  std::uint16_t brake_temperature[4];
  std::uint8_t tyre_surface_temperature[4], tyre_inner_temperature[4];
  float tyre_pressure[4];
  Surface surface[4];
  Flag flag;
};

struct Telemetry {
  PacketHeader head;
  CarTelemetry cars[18];
  std::uint8_t mfd_panel, mfd_panel_second;
  std::int8_t suggested_gear;
  char track[13];
};
#pragma pack(pop)
}
