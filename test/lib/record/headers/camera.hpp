// What a camera says of each frame, with the objects that it has found in it.
#pragma once
#include <cstdint>

struct Rect {
  std::int32_t x, y;
  std::uint32_t width, height;
};

enum PixelFormat : std::uint32_t { FORMAT_MONO8 = 0x01080001, FORMAT_MONO = FORMAT_MONO8, FORMAT_BAYER_RG8 = 0x01080009, FORMAT_RGB8 = 0x02180014 };
enum class Trigger : bool { internal, external };

struct Detection {
  Rect box;
  float score;
  std::uint16_t label;
  std::int16_t track;
  float keypoints[5][2];
};

struct FrameInfo {
  std::uint64_t frame, device_time_ns, host_time_ns;
  PixelFormat format;
  Rect sensor, roi;
  struct {
    double exposure_us, gain_db, gamma, black_level;
    struct {
      float red, green, blue;
    } balance;
    Trigger trigger;
  } settings;
  struct {
    double fx, fy, cx, cy, distortion[8];
  } intrinsics;
  float extrinsics[3][4];
  char16_t name[8];
  char model[24], serial[12];
  unsigned char preview[256];
  std::uint16_t found;
  Detection detections[16];
  std::int8_t temperature_c[4];
};
