// record_writer NAME SECONDS small|large: as record-writer.ts, through the C library.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "eshm.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  using Clock = std::chrono::steady_clock;
  const size_t size = std::string(argv[3]) == "small" ? 64 : 4096;
  ESHMConfig config = eshm_default_config(argv[1]);
  config.role = ESHM_ROLE_MASTER;
  config.stale_threshold_ms = 10000;
  ESHMHandle *handle = eshm_init(&config);
  if (handle == nullptr) return 1;
  std::puts("open");
  std::fflush(stdout);
  std::vector<double> record(size / sizeof(double));
  const auto end = Clock::now() + std::chrono::duration<double>(std::atof(argv[2]));
  double number = 0;
  do {
    for (int i = 0; i < 64; ++i) {
      number += 1;
      record.front() = number;
      record.back() = -number;
      if (eshm_write(handle, record.data(), size) != ESHM_SUCCESS) return 1;
    }
  } while (Clock::now() < end);
  std::printf("wrote %.0f records\n", number);
  std::fflush(stdout);
  eshm_destroy(handle);
  return 0;
}
