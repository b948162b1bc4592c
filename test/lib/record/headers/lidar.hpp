// A packet of a rotating LiDAR: blocks of firings, each with a distance and an intensity for every channel.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace lidar {
constexpr std::size_t kChannels = 16;
constexpr std::size_t kBlocks = 8;
enum class ReturnMode : std::uint8_t { strongest = 0x37, last = 0x38, dual = 0x39 };

struct __attribute__((packed)) Return {
  std::uint16_t distance_2mm;
  std::uint8_t intensity;
};

struct __attribute__((packed)) Block {
  std::uint16_t flag;
  std::uint16_t azimuth_centidegrees;
  std::array<Return, kChannels> returns;
};

struct __attribute__((packed)) Packet {
  std::array<Block, kBlocks> blocks;
  std::uint32_t timestamp_us;
  ReturnMode mode;
  std::byte model;
  std::array<std::byte, 6> mac;
  char serial[16];
};
}
