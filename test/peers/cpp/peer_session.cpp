#include "peer_session.hpp"

#include <chrono>
#include <cstring>

namespace peer {
namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  throw Failure("usage not a hex digit");
}

ESHMRole roleNamed(const std::string &text) {
  if (text == "master") return ESHM_ROLE_MASTER;
  if (text == "slave") return ESHM_ROLE_SLAVE;
  if (text == "auto") return ESHM_ROLE_AUTO;
  throw Failure("usage role is master, slave or auto");
}

bool applyOption(ESHMConfig &config, const std::string &option) {
  const size_t split = option.find('=');
  if (split == std::string::npos) throw Failure("usage option without =: " + option);
  const std::string key = option.substr(0, split);
  const auto value = static_cast<uint32_t>(std::strtoul(option.c_str() + split + 1, nullptr, 10));
  if (key == "threshold") config.stale_threshold_ms = value;
  else if (key == "behavior") config.disconnect_behavior = static_cast<ESHMDisconnectBehavior>(value);
  else if (key == "wait") config.reconnect_wait_ms = value;
  else if (key == "retry") config.reconnect_retry_interval_ms = value;
  else if (key == "attempts") config.max_reconnect_attempts = value;
  else if (key == "cleanup") config.auto_cleanup = value != 0;
  else if (key == "threads") config.use_threads = value != 0;
  else if (key == "watch") return value != 0;
  else throw Failure("usage unknown option " + key);
  return true;
}

void watchRemote(Session &session) {
  bool before = false;
  while (session.watching.load()) {
    bool alive = false;
    eshm_check_remote_alive(session.handle, &alive);
    if (before && !alive) session.staleCount.fetch_add(1);
    before = alive;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

Failure libraryError(int code) { return Failure(std::to_string(code) + " " + eshm_error_string(code)); }

std::string toHex(const uint8_t *data, size_t size) {
  static const char digits[] = "0123456789abcdef";
  std::string text(size * 2, '0');
  for (size_t i = 0; i < size; ++i) {
    text[2 * i] = digits[data[i] >> 4];
    text[2 * i + 1] = digits[data[i] & 15];
  }
  return text;
}

Bytes fromHex(const std::string &hex) {
  if (hex == "-") return {};
  if (hex.size() % 2 != 0) throw Failure("usage odd number of hex digits");
  Bytes bytes(hex.size() / 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(hexDigit(hex[2 * i]) * 16 + hexDigit(hex[2 * i + 1]));
  }
  return bytes;
}

std::string decodeName(const std::string &text) {
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
    } else {
      if (i + 2 >= text.size()) throw Failure("usage % wants two hex digits");
      name += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
      i += 2;
    }
  }
  return name;
}

ESHMHandle *Session::open_() const {
  if (handle == nullptr) throw Failure("-14 Not initialized");
  return handle;
}

eshm::Channel &Session::outgoing(RawSegment &raw) const {
  return role == ESHM_ROLE_MASTER ? raw->master_to_slave : raw->slave_to_master;
}

eshm::Channel &Session::incoming(RawSegment &raw) const {
  return role == ESHM_ROLE_MASTER ? raw->slave_to_master : raw->master_to_slave;
}

void Session::close() {
  watching.store(false);
  if (watcher.joinable()) watcher.join();
  if (handle != nullptr) eshm_destroy(handle);
  handle = nullptr;
}

std::string openSession(Session &session, std::istringstream &words) {
  if (session.handle != nullptr) throw Failure("usage already open");
  const ESHMRole role = roleNamed(take<std::string>(words, "role"));
  session.name = decodeName(take<std::string>(words, "name"));
  ESHMConfig config = eshm_default_config(session.name.c_str());
  config.role = role;
  bool watch = true;
  for (std::string option; words >> option;) watch = applyOption(config, option) && watch;
  errno = 0;
  session.handle = eshm_init(&config);
  if (session.handle == nullptr) {
    throw Failure("-14 eshm_init: " + std::string(errno == 0 ? "failed" : std::strerror(errno)));
  }
  eshm_get_role(session.handle, &session.role);
  session.staleCount.store(0);
  session.watching.store(watch);
  if (watch) session.watcher = std::thread([&session] { watchRemote(session); });
  return "ok role=" + std::to_string(session.role);
}

std::string stats(Session &session) {
  ESHMStats s{};
  const int code = eshm_get_stats(session.open_(), &s);
  if (code != ESHM_SUCCESS) throw libraryError(code);
  std::ostringstream out;
  out << "stats master_heartbeat=" << s.master_heartbeat << " slave_heartbeat=" << s.slave_heartbeat
      << " master_pid=" << s.master_pid << " slave_pid=" << s.slave_pid << " master_alive=" << s.master_alive
      << " slave_alive=" << s.slave_alive << " stale_threshold=" << s.stale_threshold
      << " master_heartbeat_delta=" << s.master_heartbeat_delta
      << " slave_heartbeat_delta=" << s.slave_heartbeat_delta << " m2s_write_count=" << s.m2s_write_count
      << " m2s_read_count=" << s.m2s_read_count << " s2m_write_count=" << s.s2m_write_count
      << " s2m_read_count=" << s.s2m_read_count;
  return out.str();
}

}  // namespace peer
