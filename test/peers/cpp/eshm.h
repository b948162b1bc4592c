/*
 * C API of ESHM, as the original has it (wire facts: PROTOCOL.md sections 6 to 8).
 *
 * This library is a stand-in for the original in tests and benchmarks. It is written from the protocol
 * and keeps the original's weaknesses on purpose: do not "repair" it, peers must cope with them.
 *
 * Threads: one thread may write and another may read on the same handle at the same time. Everything
 * else about a handle belongs to one thread at a time; no call may overlap eshm_destroy().
 */
#ifndef ESHM_H
#define ESHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ESHM_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { ESHM_ROLE_MASTER = 0, ESHM_ROLE_SLAVE = 1, ESHM_ROLE_AUTO = 2 } ESHMRole;

typedef enum {
  ESHM_DISCONNECT_IMMEDIATELY = 0,
  ESHM_DISCONNECT_ON_TIMEOUT = 1,
  ESHM_DISCONNECT_NEVER = 2
} ESHMDisconnectBehavior;

typedef enum {
  ESHM_SUCCESS = 0,
  ESHM_ERROR_INVALID_PARAM = -1,
  ESHM_ERROR_SHM_CREATE = -2,
  ESHM_ERROR_SHM_ATTACH = -3,
  ESHM_ERROR_SHM_DETACH = -4,
  ESHM_ERROR_SHM_DELETE = -5,
  ESHM_ERROR_MUTEX_INIT = -6,
  ESHM_ERROR_MUTEX_LOCK = -7,
  ESHM_ERROR_MUTEX_UNLOCK = -8,
  ESHM_ERROR_NO_DATA = -9,
  ESHM_ERROR_TIMEOUT = -10,
  ESHM_ERROR_MASTER_STALE = -11,
  ESHM_ERROR_BUFFER_FULL = -12,
  ESHM_ERROR_BUFFER_TOO_SMALL = -13,
  ESHM_ERROR_NOT_INITIALIZED = -14,
  ESHM_ERROR_ROLE_MISMATCH = -15
} ESHMError;

typedef struct {
  const char *shm_name;
  ESHMRole role;
  ESHMDisconnectBehavior disconnect_behavior;
  uint32_t stale_threshold_ms;
  uint32_t reconnect_wait_ms;           /* 0 = no limit */
  uint32_t reconnect_retry_interval_ms;
  uint32_t max_reconnect_attempts;      /* 0 = no limit */
  bool auto_cleanup;
  bool use_threads;
} ESHMConfig;

typedef struct {
  uint64_t master_heartbeat;
  uint64_t slave_heartbeat;
  pid_t master_pid;
  pid_t slave_pid;
  bool master_alive;
  bool slave_alive;
  uint32_t stale_threshold;             /* milliseconds */
  uint64_t master_heartbeat_delta;      /* since the last call on this handle */
  uint64_t slave_heartbeat_delta;
  uint64_t m2s_write_count;
  uint64_t m2s_read_count;
  uint64_t s2m_write_count;
  uint64_t s2m_read_count;
} ESHMStats;

typedef struct ESHMHandle ESHMHandle;

static inline ESHMConfig eshm_default_config(const char *name) {
  ESHMConfig config;
  config.shm_name = name;
  config.role = ESHM_ROLE_AUTO;
  config.disconnect_behavior = ESHM_DISCONNECT_ON_TIMEOUT;
  config.stale_threshold_ms = 100;
  config.reconnect_wait_ms = 5000;
  config.reconnect_retry_interval_ms = 100;
  config.max_reconnect_attempts = 50;
  config.auto_cleanup = true;
  config.use_threads = true;
  return config;
}

/* NULL on failure; errno then holds what the system said, where it said anything. */
ESHM_API ESHMHandle *eshm_init(const ESHMConfig *config);
ESHM_API int eshm_destroy(ESHMHandle *handle);

ESHM_API int eshm_write(ESHMHandle *handle, const void *data, size_t size);

/* Bytes read, or a negative code. Waits up to 1000 ms. */
ESHM_API int eshm_read(ESHMHandle *handle, void *buffer, size_t buffer_size);

/* ESHM_SUCCESS or a negative code. Timeout 0 never waits: ESHM_ERROR_NO_DATA. */
ESHM_API int eshm_read_ex(ESHMHandle *handle, void *buffer, size_t buffer_size, size_t *bytes_read,
                          uint32_t timeout_ms);

/* Does nothing: the heartbeat has a thread of its own. */
ESHM_API int eshm_update_heartbeat(ESHMHandle *handle);
ESHM_API int eshm_check_remote_alive(ESHMHandle *handle, bool *is_alive);
ESHM_API int eshm_get_stats(ESHMHandle *handle, ESHMStats *stats);
ESHM_API int eshm_get_role(ESHMHandle *handle, ESHMRole *role);
ESHM_API const char *eshm_error_string(int error_code);

#ifdef __cplusplus
}
#endif

#endif
