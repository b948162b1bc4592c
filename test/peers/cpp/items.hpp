// Messages of 1.0's data handler, from PROTOCOL.md section 13: as strict and as lenient as the original's decoder, and in
// the bytes of either of its encoders. A stand-in for tests and benchmarks: what the original does not check, this does not
// either.
#ifndef ESHM_ITEMS_HPP
#define ESHM_ITEMS_HPP

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace items {

using Bytes = std::vector<uint8_t>;
using Value = std::variant<int64_t, bool, double, std::string, Bytes>;

enum class Type : uint8_t { kInteger, kBoolean, kReal, kString, kBinary, kEvent, kFunctionCall, kImageFrame };

struct Item {
  Type type = Type::kInteger;
  std::string key;
  Value value;                                            // of the first five types
  std::string name;                                       // of an event or a function call
  std::vector<std::pair<std::string, Value>> parameters;  // of an event
  std::vector<Value> arguments;                           // of a function call
  std::optional<Value> result;
  uint32_t width = 0;                                     // of an image frame
  uint32_t height = 0;
  uint32_t channels = 0;
  uint64_t timestamp_ns = 0;
  Bytes data;
};

enum class Dialect { kCpp, kPython };

struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Bytes encode(const std::vector<Item> &list, Dialect dialect);

// Throws Malformed.
std::vector<Item> decode(const uint8_t *data, size_t size);

// Runs the calls among them: `add` of two integers or two reals, `fail`, which throws; any other is an error too.
void answerCalls(std::vector<Item> &list);

// What the interop programs of 1.0 send.
std::vector<Item> telemetry(int64_t counter, const std::string &source);
// Whether it is that, whatever its source.
bool isTelemetry(const std::vector<Item> &list, int64_t &counter);

}  // namespace items

#endif
