// Low-level command of a robot with four legs: one command for each motor, lights, and a checksum over it all.
#pragma once
#include <array>
#include <cstdint>

namespace legged {
struct MotorCmd {
  std::uint8_t mode;
  float q, dq, tau, kp, kd;
  std::array<std::uint32_t, 3> reserve;
};

struct BmsCmd {
  std::uint8_t off;
  std::array<std::uint8_t, 3> reserve;
};

template <int N>
struct Leds {
  struct {
    std::uint8_t r, g, b;
  } all[N];
};

enum LevelFlag { HIGH_LEVEL = 0xee, LOW_LEVEL = 0xff, TRIGGER_LEVEL = 0xf0 };

struct LowCmd {
  std::array<std::uint8_t, 2> head;
  std::uint8_t level_flag, frame_reserve;
  std::array<std::uint32_t, 2> serial, version;
  std::uint16_t bandwidth;
  std::array<MotorCmd, 20> motor_cmd;
  BmsCmd bms_cmd;
  std::array<std::uint8_t, 40> wireless_remote;
  Leds<12> leds;
  std::array<std::uint8_t, 2> fan;
  std::uint8_t gpio;
  LevelFlag level;
  std::uint32_t reserve, crc;
};
}
