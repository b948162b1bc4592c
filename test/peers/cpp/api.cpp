// Opening, closing and asking about a handle.
#include <cerrno>
#include <new>

#include "channel.hpp"
#include "handle.hpp"

namespace {

bool openSegment(ESHMHandle &handle, eshm::Attachment &out) {
  const uint32_t threshold = handle.config.stale_threshold_ms;
  handle.role = handle.config.role;
  switch (handle.config.role) {
    case ESHM_ROLE_MASTER:
      return eshm::openAsMaster(handle.name.c_str(), threshold, out);
    case ESHM_ROLE_SLAVE:
      return eshm::openAsSlave(handle.name.c_str(), out);
    case ESHM_ROLE_AUTO:
      return eshm::openAsAuto(handle.name.c_str(), threshold, out, handle.role);
  }
  errno = EINVAL;
  return false;
}

}  // namespace

extern "C" ESHMHandle *eshm_init(const ESHMConfig *config) {
  errno = EINVAL;
  if (config == nullptr || config->shm_name == nullptr) return nullptr;
  auto *handle = new (std::nothrow) ESHMHandle;
  if (handle == nullptr) return nullptr;
  handle->name = config->shm_name;
  handle->config = *config;
  handle->config.shm_name = handle->name.c_str();
  eshm::Attachment attachment;
  if (!openSegment(*handle, attachment)) {
    const int why = errno;
    delete handle;
    errno = why;
    return nullptr;
  }
  handle->id = attachment.id;
  handle->creator = attachment.creator;
  handle->segment.store(attachment.segment);
  eshm::prepareLeases();
  if (config->use_threads) eshm::startThreads(*handle);
  return handle;
}

extern "C" int eshm_destroy(ESHMHandle *handle) {
  if (handle == nullptr) return ESHM_ERROR_INVALID_PARAM;
  eshm::stopThreads(*handle);
  if (eshm::Segment *segment = handle->segment.exchange(nullptr)) {
    eshm::Header &header = segment->header;
    eshm::poke(handle->isMaster() ? header.master_alive : header.slave_alive, 0u);
    eshm::detach(segment, handle->id);
  }
  const bool keeps = !(handle->creator && handle->config.auto_cleanup);
  const bool removed = keeps || eshm::removeSegment(handle->name.c_str(), handle->id);
  delete handle;
  return removed ? ESHM_SUCCESS : ESHM_ERROR_SHM_DELETE;
}

extern "C" int eshm_update_heartbeat(ESHMHandle *handle) {
  return handle == nullptr ? ESHM_ERROR_INVALID_PARAM : ESHM_SUCCESS;
}

extern "C" int eshm_check_remote_alive(ESHMHandle *handle, bool *is_alive) {
  if (handle == nullptr || is_alive == nullptr) return ESHM_ERROR_INVALID_PARAM;
  std::lock_guard<std::mutex> lock(handle->attachMutex);
  *is_alive = false;
  if (handle->segment.load() == nullptr) return ESHM_SUCCESS;
  // By the monitor alone, whatever the flag: who has never come counts as alive until the threshold.
  *is_alive = !handle->remoteStale.load();
  return ESHM_SUCCESS;
}

extern "C" int eshm_get_stats(ESHMHandle *handle, ESHMStats *stats) {
  if (handle == nullptr || stats == nullptr) return ESHM_ERROR_INVALID_PARAM;
  std::lock_guard<std::mutex> lock(handle->attachMutex);
  const eshm::Segment *segment = handle->segment.load();
  if (segment == nullptr) return ESHM_ERROR_NOT_INITIALIZED;
  const eshm::Header &header = segment->header;
  stats->master_heartbeat = eshm::peek(header.master_heartbeat);
  stats->slave_heartbeat = eshm::peek(header.slave_heartbeat);
  stats->master_pid = eshm::peek(header.master_pid);
  stats->slave_pid = eshm::peek(header.slave_pid);
  stats->master_alive = eshm::peek(header.master_alive) == 1;
  stats->slave_alive = eshm::peek(header.slave_alive) == 1;
  stats->stale_threshold = eshm::peek(header.stale_threshold);
  stats->master_heartbeat_delta = stats->master_heartbeat - handle->lastMasterHeartbeat;
  stats->slave_heartbeat_delta = stats->slave_heartbeat - handle->lastSlaveHeartbeat;
  handle->lastMasterHeartbeat = stats->master_heartbeat;
  handle->lastSlaveHeartbeat = stats->slave_heartbeat;
  stats->m2s_write_count = eshm::peek(segment->master_to_slave.write_count);
  stats->m2s_read_count = eshm::peek(segment->master_to_slave.read_count);
  stats->s2m_write_count = eshm::peek(segment->slave_to_master.write_count);
  stats->s2m_read_count = eshm::peek(segment->slave_to_master.read_count);
  return ESHM_SUCCESS;
}

extern "C" int eshm_get_role(ESHMHandle *handle, ESHMRole *role) {
  if (handle == nullptr || role == nullptr) return ESHM_ERROR_INVALID_PARAM;
  *role = handle->role;
  return ESHM_SUCCESS;
}

extern "C" const char *eshm_error_string(int error_code) {
  switch (error_code) {
    case ESHM_SUCCESS: return "Success";
    case ESHM_ERROR_INVALID_PARAM: return "Invalid parameter";
    case ESHM_ERROR_SHM_CREATE: return "Failed to create shared memory";
    case ESHM_ERROR_SHM_ATTACH: return "Failed to attach to shared memory";
    case ESHM_ERROR_SHM_DETACH: return "Failed to detach from shared memory";
    case ESHM_ERROR_SHM_DELETE: return "Failed to delete shared memory";
    case ESHM_ERROR_MUTEX_INIT: return "Failed to initialize mutex";
    case ESHM_ERROR_MUTEX_LOCK: return "Failed to lock mutex";
    case ESHM_ERROR_MUTEX_UNLOCK: return "Failed to unlock mutex";
    case ESHM_ERROR_NO_DATA: return "No data available";
    case ESHM_ERROR_TIMEOUT: return "Operation timed out";
    case ESHM_ERROR_MASTER_STALE: return "Master is stale";
    case ESHM_ERROR_BUFFER_FULL: return "Buffer is full";
    case ESHM_ERROR_BUFFER_TOO_SMALL: return "Buffer too small";
    case ESHM_ERROR_NOT_INITIALIZED: return "Not initialized";
    case ESHM_ERROR_ROLE_MISMATCH: return "Role mismatch";
    default: return "Unknown error";
  }
}
