// State of a flight controller, one struct for each of its modules, in nested namespaces.
#pragma once
#include <cstdint>

namespace fc {
template <class T>
struct Vector3 {
  T x, y, z;
};
template <class T>
struct Quaternion {
  T w, x, y, z;
};

namespace nav {
enum class Fix : std::uint8_t { none, dead_reckoning, two_d, three_d, gnss_dr, time_only, rtk_float = 16, rtk_fixed };
struct Gps {
  std::uint64_t time_utc_us;
  double latitude_deg, longitude_deg;
  float altitude_msl_m, altitude_ellipsoid_m, eph_m, epv_m, hdop, vdop;
  Vector3<float> velocity_ned;
  std::int32_t noise_per_ms, jamming_indicator;
  Fix fix;
  std::uint8_t satellites;
  bool velocity_valid;
};
struct Waypoint {
  double latitude_deg, longitude_deg;
  float altitude_m, hold_s, radius_m, yaw_rad;
  std::uint16_t command;
  bool autocontinue;
};
}

namespace act {
struct Esc {
  std::int32_t rpm;
  float voltage_v, current_a, temperature_c;
  std::uint16_t failures;
  std::int8_t power;
};
struct Servo {
  float position, target;
};
}

enum class Mode : std::int32_t { manual, altitude, position, mission, loiter, rtl, acro, offboard = 14, terminate = -1 };

struct State {
  std::uint64_t timestamp_us;
  Mode mode, wanted;
  Quaternion<float> attitude;
  Vector3<float> rates, accel, magnet;
  Vector3<double> position_ned;
  Vector3<float> velocity_ned, wind;
  nav::Gps gps[2];
  nav::Waypoint mission[6];
  act::Esc esc[8];
  act::Servo servo[6];
  float rc[18];
  std::uint8_t rc_rssi;
  bool armed, failsafe, landed;
  std::uint32_t errors;
  float covariance[6][6];
  char vehicle[10];
};
}
