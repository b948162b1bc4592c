// The original's demo: eshm_demo master|slave|auto [NAME] [--count N] [--interval MS]
// Lines as in PROTOCOL.md section 9; Ctrl-C and SIGTERM close the handle and leave no segment.
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

#include "eshm.h"

namespace {

volatile std::sig_atomic_t stopping = 0;

void onSignal(int) { stopping = 1; }

struct Options {
  ESHMRole role = ESHM_ROLE_AUTO;
  std::string name = "eshm1";
  long count = 0;  // 0: until a signal
  unsigned intervalMs = 500;
};

constexpr size_t kBufferSize = 65536;
constexpr uint32_t kReplyTimeoutMs = 100;

__attribute__((format(printf, 1, 2))) void say(const char *format, ...) {
  va_list args;
  va_start(args, format);
  char line[kBufferSize + 128];
  std::vsnprintf(line, sizeof line, format, args);
  va_end(args);
  std::printf("%s\n", line);  // one call: the library may print from its threads
  std::fflush(stdout);
}

bool parse(int argc, char **argv, Options &options) {
  if (argc < 2) return false;
  const std::string role = argv[1];
  if (role == "master") options.role = ESHM_ROLE_MASTER;
  else if (role == "slave") options.role = ESHM_ROLE_SLAVE;
  else if (role != "auto") return false;
  for (int i = 2; i < argc; ++i) {
    const bool hasValue = i + 1 < argc;
    if (std::strcmp(argv[i], "--count") == 0 && hasValue) options.count = std::atol(argv[++i]);
    else if (std::strcmp(argv[i], "--interval") == 0 && hasValue) options.intervalMs = static_cast<unsigned>(std::atoi(argv[++i]));
    else if (i == 2 && argv[i][0] != '-') options.name = argv[i];
    else return false;
  }
  return true;
}

// usleep ends early on a signal, and the loops look at `stopping`.
void pauseMs(unsigned ms) {
  for (; ms > 0 && !stopping; ms -= ms < 100 ? ms : 100) usleep((ms < 100 ? ms : 100) * 1000);
}

void runMaster(ESHMHandle *handle, const Options &options) {
  static char buffer[kBufferSize + 1];
  for (long number = 0; !stopping && (options.count == 0 || number < options.count); ++number) {
    const std::string text = "Hello from master #" + std::to_string(number);
    const int code = eshm_write(handle, text.c_str(), text.size() + 1);
    if (code == ESHM_SUCCESS) say("[MASTER] Sent: %s", text.c_str());
    else say("[MASTER] Write failed: %s", eshm_error_string(code));
    size_t size = 0;
    if (eshm_read_ex(handle, buffer, kBufferSize, &size, kReplyTimeoutMs) == ESHM_SUCCESS) {
      buffer[size] = '\0';
      say("[MASTER] Received: %s", buffer);
    }
    pauseMs(options.intervalMs);
  }
}

void runSlave(ESHMHandle *handle, const Options &options) {
  static char buffer[kBufferSize + 1];
  for (long number = 0; !stopping && (options.count == 0 || number < options.count);) {
    size_t size = 0;
    const int code = eshm_read_ex(handle, buffer, kBufferSize, &size, kReplyTimeoutMs);
    if (code == ESHM_ERROR_MASTER_STALE) return say("[SLAVE] %s", eshm_error_string(code));
    if (code != ESHM_SUCCESS) {
      pauseMs(1);  // while detached a read comes back at once
      continue;
    }
    buffer[size] = '\0';
    say("[SLAVE] Received (%zu bytes): %s", size, buffer);
    const std::string text = "ACK from slave #" + std::to_string(number++);
    eshm_write(handle, text.c_str(), text.size() + 1);
  }
}

}  // namespace

int main(int argc, char **argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fprintf(stderr, "usage: eshm_demo master|slave|auto [NAME] [--count N] [--interval MS]\n");
    return 2;
  }
  struct sigaction action {};
  action.sa_handler = onSignal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);

  ESHMConfig config = eshm_default_config(options.name.c_str());
  config.role = options.role;
  ESHMHandle *handle = eshm_init(&config);
  if (handle == nullptr) {
    std::fprintf(stderr, "Cannot open %s: %s\n", options.name.c_str(), std::strerror(errno));
    return 1;
  }
  ESHMRole role = ESHM_ROLE_AUTO;
  eshm_get_role(handle, &role);
  const bool master = role == ESHM_ROLE_MASTER;
  say("[%s] Initialized with role: %s", master ? "MASTER" : "SLAVE", master ? "MASTER" : "SLAVE");
  if (master) runMaster(handle, options);
  else runSlave(handle, options);
  eshm_destroy(handle);
  return 0;
}
