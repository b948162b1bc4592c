/* Process image of a controller: inputs, outputs and function blocks, as its C runtime has them. */
#ifndef PLC_H
#define PLC_H
#include <stdint.h>

typedef enum { PLC_STOP = 0, PLC_RUN = 1, PLC_HALT = 2, PLC_FAULT = -1 } plc_state_t;

typedef struct {
  _Bool run, ready, fault, warning, remote, local, enable, reset;
  int16_t setpoint, actual, current_0a01;
  uint16_t control, status;
  float ramp_up_s, ramp_down_s;
} drive_t;

typedef struct {
  double value, low, high;
  int32_t raw;
  uint8_t quality;
  _Bool class, new;
} analog_t;

typedef struct {
  uint32_t cycle;
  int64_t time_ns;
  plc_state_t state;
  _Bool di[64], dq[48];
  analog_t ai[12];
  drive_t drive[10];
  struct {
    uint32_t preset, elapsed;
    _Bool in, q;
  } timer[8];
  struct {
    int32_t count, preset;
    _Bool up, down;
  } counter[4];
  int16_t retain[32];
  char program[32], recipe[3][12];
} plc_image_t;
#endif
