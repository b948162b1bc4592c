// Signals of a vehicle, gathered from its buses.
#pragma once
#include <cstdint>

namespace vehicle {
enum class Gear : char { park = 'P', reverse = 'R', neutral = 'N', drive = 'D' };
enum Lights { LIGHT_OFF, LIGHT_PARK = 1, LIGHT_LOW = 2, LIGHT_HIGH = 4, LIGHT_FOG = 8, LIGHT_LEFT = 16, LIGHT_RIGHT = 32 };

struct Wheel {
  float speed_mps, brake_bar, slip, pressure_bar;
  std::int16_t temperature_c;
  bool abs;
};

struct Object {
  std::uint32_t id;
  float x_m, y_m, vx_mps, vy_mps, heading_rad, length_m, width_m;
  std::uint8_t kind, existence_percent;
};

struct Door {
  bool open, locked, child_lock;
  std::uint8_t window_percent;
};

struct alignas(64) Signals {
  std::uint64_t stamp_us;
  double odometer_km, latitude_deg, longitude_deg;
  float speed_mps, yaw_rate_rps, ax_mps2, ay_mps2, steering_wheel_rad, pedal, fuel_l, range_km;
  std::uint16_t engine_rpm, faults;
  Gear gear, wanted_gear;
  Lights lights;
  Wheel wheel[4];
  Door door[5];
  alignas(32) Object objects[16];
  struct {
    float temperature_c[2];
    std::uint8_t fan, mode;
    bool ac, recirculate;
  } climate;
  char vin[17];
  wchar_t driver[6];
};
}
