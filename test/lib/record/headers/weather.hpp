// A weather station with masts, each with instruments of the same kinds.
#pragma once
#include <cstdint>
#include <utility>

namespace weather {
enum class Quality : std::int16_t {};

template <class T>
struct Reading {
  T value;
  T least, most;
  std::uint32_t samples;
  Quality quality;
};

struct Mast {
  float height_m;
  Reading<float> wind_mps, gust_mps, direction_deg, temperature_c, humidity_percent;
  Reading<std::uint16_t> light_lux;
  std::pair<double, double> drift;
};

struct Station {
  std::int64_t unix_s;
  std::uint32_t linux_boot;
  double latitude_deg, longitude_deg;
  Reading<double> pressure_hpa, rain_mm, snow_mm, radiation_wpm2;
  Mast masts[5];
  std::uint8_t sky[4][8];
  char name[24];
  bool heater, door;
  signed char trend[3];
};
}
