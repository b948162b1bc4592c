/* A battery of many cells, as its management system in C has it. */
#ifndef BMS_H
#define BMS_H
#include <stdbool.h>
#include <stdint.h>

enum bms_state { BMS_IDLE, BMS_CHARGE, BMS_DISCHARGE, BMS_BALANCE = 8, BMS_SHUTDOWN = 0x80 };

struct bms_cell {
  uint16_t millivolts;
  int8_t celsius;
  bool balancing;
};

#pragma pack(push, 2)
struct bms_module {
  uint8_t id;
  struct bms_cell cell[12];
  uint32_t uptime_s;
  double energy_wh;
};
#pragma pack(pop)

typedef struct bms_pack {
  enum bms_state state;
  struct bms_module module[7];
  float pack_volts, pack_amps;
  uint32_t soc_ppm, soh_ppm;
  struct {
    uint32_t over_voltage : 32;
  } *later;
} bms_broken;

typedef struct bms_report {
  uint64_t time_ms;
  enum bms_state state;
  struct bms_module module[7];
  float pack_volts, pack_amps, isolation_ohm[2];
  uint32_t soc_ppm, soh_ppm, faults[4];
  int16_t ambient_decicelsius;
  bool contactor_plus, contactor_minus, precharge;
  char firmware[11];
} bms_report_t;
#endif
