// A robot arm of seven joints, with what its class hierarchy adds to the plain structs.
#pragma once
#include <array>
#include <cstdint>

namespace arm {
struct Stamped {
  std::uint64_t sequence;
  std::int64_t stamp_ns;
};

template <class T, std::size_t N>
using Row = std::array<T, N>;

struct Joint {
  double position, velocity, effort, command, stiffness, damping;
  float motor_temperature_c, drive_temperature_c;
  std::uint16_t status;
  bool brake;
};

struct Wrench {
  double fx, fy, fz, tx, ty, tz;
};

enum class Safety : std::uint64_t { none = 0, protective_stop = 1, emergency_stop = 1ull << 40, all = ~0ull };

struct ArmState : Stamped {
  std::array<Joint, 7> joints;
  Row<double, 16> flange_pose;
  Wrench tool, base;
  struct {
    double mass_kg;
    struct {
      double x, y, z;
    } centre;
    float inertia[3][3];
  } load;
  Safety safety;
  struct {
    std::uint8_t in, out;
  };
  std::uint32_t commands, faults, cycles;
  double time_scale, tool_speed_mps, power_w;
  double jacobian[6][7];
  Row<std::array<float, 3>, 7> axes;
  std::array<char, 20> program;
};
}
