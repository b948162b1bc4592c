// Items over the C API, and decoded and encoded again without a channel.
#include "peer_items.hpp"

#include <chrono>
#include <cstdio>
#include <thread>

#include "items.hpp"

namespace peer {
namespace {

items::Dialect dialectOf(std::istringstream &words) {
  const auto word = take<std::string>(words, "dialect");
  if (word == "c++") return items::Dialect::kCpp;
  if (word == "python") return items::Dialect::kPython;
  throw Failure("usage no dialect " + word);
}

void publish(Session &session, const std::vector<items::Item> &list, items::Dialect dialect) {
  const Bytes message = items::encode(list, dialect);
  const int code = eshm_write(session.open_(), message.data(), message.size());
  if (code != ESHM_SUCCESS) throw libraryError(code);
}

// Throws items::Malformed for what is no items.
std::vector<items::Item> receive(Session &session, uint32_t timeoutMs) {
  Bytes buffer(eshm::kMaxDataSize);
  size_t size = 0;
  const int code = eshm_read_ex(session.open_(), buffer.data(), buffer.size(), &size, timeoutMs);
  if (code != ESHM_SUCCESS) throw libraryError(code);
  return items::decode(buffer.data(), size);
}

std::string shown(const items::Value &value) {
  if (const auto *number = std::get_if<int64_t>(&value)) return "integer " + std::to_string(*number);
  if (const auto *text = std::get_if<std::string>(&value)) return "string " + *text;
  if (const auto *flag = std::get_if<bool>(&value)) return *flag ? "boolean true" : "boolean false";
  if (const auto *bytes = std::get_if<Bytes>(&value)) return "binary " + toHex(bytes->data(), bytes->size());
  char line[40];
  std::snprintf(line, sizeof line, "real %.17g", std::get<double>(value));
  return line;
}

}  // namespace

std::string itemsAgain(std::istringstream &words) {
  const items::Dialect dialect = dialectOf(words);
  const Bytes message = fromHex(take<std::string>(words, "hex"));
  try {
    const Bytes again = items::encode(items::decode(message.data(), message.size()), dialect);
    return "data " + toHex(again.data(), again.size());
  } catch (const items::Malformed &error) {
    throw Failure(std::string("malformed ") + error.what());
  }
}

std::string itemsAnswer(Session &session, std::istringstream &words) {
  const items::Dialect dialect = dialectOf(words);
  const auto count = take<uint64_t>(words, "count");
  const auto timeoutMs = take<uint32_t>(words, "timeout");
  for (uint64_t i = 0; i < count; ++i) {
    try {
      std::vector<items::Item> list = receive(session, timeoutMs);
      items::answerCalls(list);
      publish(session, list, dialect);
    } catch (const items::Malformed &error) {
      throw Failure(std::string("malformed ") + error.what());
    }
  }
  return "ok answered=" + std::to_string(count);
}

std::string itemsCall(Session &session, std::istringstream &words) {
  const items::Dialect dialect = dialectOf(words);
  items::Item call;
  call.type = items::Type::kFunctionCall;
  call.key = "called";
  call.name = take<std::string>(words, "function");
  for (int64_t argument = 0; words >> argument;) call.arguments.emplace_back(argument);
  for (int attempts = 0; attempts < 300; ++attempts) {
    publish(session, {call}, dialect);
    try {
      for (const items::Item &item : receive(session, 100)) {
        if (item.type == items::Type::kFunctionCall && item.key == call.key && item.result) return "ok " + shown(*item.result);
      }
    } catch (const std::exception &) {
      // Not read, or not answered yet: called again.
    }
  }
  throw libraryError(ESHM_ERROR_TIMEOUT);
}

std::string itemsSend(Session &session, std::istringstream &words) {
  const items::Dialect dialect = dialectOf(words);
  const auto count = take<int64_t>(words, "count");
  const std::chrono::microseconds gap(take<uint32_t>(words, "gap"));
  auto due = std::chrono::steady_clock::now();
  for (int64_t counter = 0; counter < count; ++counter) {
    publish(session, items::telemetry(counter, "C++"), dialect);
    std::this_thread::sleep_until(due += gap);
  }
  return "ok sent=" + std::to_string(count);
}

std::string itemsReceive(Session &session, std::istringstream &words) {
  const auto last = take<int64_t>(words, "last");
  const auto timeoutMs = take<uint32_t>(words, "timeout");
  uint64_t read = 0, wrong = 0, malformed = 0;
  for (int64_t counter = -1; counter < last;) {
    try {
      const std::vector<items::Item> list = receive(session, timeoutMs);
      ++read;
      const int64_t before = counter;
      if (!items::isTelemetry(list, counter) || counter < before) ++wrong;
    } catch (const items::Malformed &) {
      ++malformed;
    }
  }
  return "ok read=" + std::to_string(read) + " wrong=" + std::to_string(wrong) + " malformed=" + std::to_string(malformed);
}

}  // namespace peer
