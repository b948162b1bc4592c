// record_writer NAME small|large: as record-writer.ts, through the C library.
#include <poll.h>

#include <cstdio>
#include <string>
#include <vector>

#include "eshm.h"

// Nobody writes to stdin, so whatever happens to it is its end.
static bool IsEnough() {
  pollfd input = {0, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  const size_t size = std::string(argv[2]) == "small" ? 64 : 4096;
  ESHMConfig config = eshm_default_config(argv[1]);
  config.role = ESHM_ROLE_MASTER;
  config.stale_threshold_ms = 10000;
  ESHMHandle *handle = eshm_init(&config);
  if (handle == nullptr) return 1;
  std::puts("open");
  std::fflush(stdout);
  std::vector<double> record(size / sizeof(double));
  double number = 0;
  do {
    for (int i = 0; i < 64; ++i) {
      number += 1;
      record.front() = number;
      record.back() = -number;
      if (eshm_write(handle, record.data(), size) != ESHM_SUCCESS) return 1;
    }
  } while (!IsEnough());
  std::printf("wrote %.0f records\n", number);
  std::fflush(stdout);
  eshm_destroy(handle);
  return 0;
}
