#include "items.hpp"

#include <cmath>
#include <cstring>

namespace items {
namespace {

constexpr uint8_t kBoolean = 0x01, kInteger = 0x02, kOctets = 0x04, kNull = 0x05, kReal = 0x09, kText = 0x0c;
constexpr uint8_t kSequence = 0x10, kConstructed = 0x20, kNumberBits = 0x1f, kDoubleForm = 0x03;

void append(Bytes &to, const Bytes &from) { to.insert(to.end(), from.begin(), from.end()); }

// A tag, the fewest bytes of length, the contents.
Bytes element(uint8_t tag, const uint8_t *contents, size_t size) {
  Bytes bytes{tag};
  if (size < 0x80) {
    bytes.push_back(static_cast<uint8_t>(size));
  } else {
    uint8_t count = 0;
    for (size_t rest = size; rest > 0; rest >>= 8) ++count;
    bytes.push_back(0x80 | count);
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) bytes.push_back(static_cast<uint8_t>(size >> shift));
  }
  bytes.insert(bytes.end(), contents, contents + size);
  return bytes;
}

Bytes textElement(const std::string &text) {
  return element(kText, reinterpret_cast<const uint8_t *>(text.data()), text.size());
}

class Encoder {
 public:
  explicit Encoder(Dialect dialect) : dialect_(dialect) {}

  Bytes sequence(const Bytes &contents) const {
    if (dialect_ == Dialect::kPython) return element(kSequence, contents.data(), contents.size());
    const auto size = static_cast<uint32_t>(contents.size());
    Bytes bytes{kSequence | kConstructed, 0x84, static_cast<uint8_t>(size >> 24), static_cast<uint8_t>(size >> 16),
                static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size)};
    append(bytes, contents);
    return bytes;
  }

  Bytes integer(int64_t value) const {
    uint8_t all[9];
    all[0] = value < 0 ? 0xff : 0;
    for (int i = 0; i < 8; ++i) all[1 + i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (56 - 8 * i));
    size_t from = 1;
    while (from < 8 && all[from] == all[0] && ((all[from + 1] ^ all[0]) & 0x80) == 0) ++from;
    bool is_lowest = dialect_ == Dialect::kPython && all[from] == 0x80;
    for (size_t i = from + 1; i < 9; ++i) is_lowest = is_lowest && all[i] == 0;
    if (is_lowest) all[--from] = 0xff;  // Python's needless byte of sign
    return element(kInteger, all + from, 9 - from);
  }

  Bytes value(const Value &value) const {
    if (const auto *number = std::get_if<int64_t>(&value)) return integer(*number);
    if (const auto *text = std::get_if<std::string>(&value)) return textElement(*text);
    if (const auto *bytes = std::get_if<Bytes>(&value)) return element(kOctets, bytes->data(), bytes->size());
    if (const auto *flag = std::get_if<bool>(&value)) return {kBoolean, 1, static_cast<uint8_t>(*flag ? 0xff : 0)};
    const double real = std::get<double>(value);
    if (real == 0) return {kReal, 0};
    uint64_t bits = 0;
    std::memcpy(&bits, &real, 8);
    Bytes bytes{kReal, 9, kDoubleForm};
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<uint8_t>(bits >> shift));
    return bytes;
  }

  Bytes item(const Item &item) const {
    Bytes inner;
    switch (item.type) {
      case Type::kEvent: {
        for (const auto &[key, parameter] : item.parameters) {
          Bytes pair = textElement(key);
          append(pair, value(parameter));
          append(inner, sequence(pair));
        }
        Bytes event = textElement(item.name);
        append(event, sequence(inner));
        return sequence(event);
      }
      case Type::kFunctionCall: {
        for (const Value &argument : item.arguments) append(inner, value(argument));
        Bytes call = textElement(item.name);
        append(call, item.result ? value(*item.result) : Bytes{kNull, 0});
        append(call, sequence(inner));
        return sequence(call);
      }
      case Type::kImageFrame:
        append(inner, integer(item.width));
        append(inner, integer(item.height));
        append(inner, integer(item.channels));
        append(inner, integer(static_cast<int64_t>(item.timestamp_ns)));
        append(inner, element(kOctets, item.data.data(), item.data.size()));
        return sequence(inner);
      default:
        return value(item.value);
    }
  }

 private:
  Dialect dialect_;
};

class Decoder {
 public:
  Decoder(const uint8_t *data, size_t size) : data_(data), size_(size) {}

  size_t at() const { return at_; }

  size_t sequence() {
    if ((next() & kNumberBits) != kSequence) throw Malformed("no sequence");
    return contents();
  }

  void end(size_t where) const {
    if (at_ != where) throw Malformed("a sequence does not end where it should");
  }

  int64_t integer() {
    const size_t end = expect(kInteger);
    const size_t size = end - at_;
    if (size < 1 || size > 8) throw Malformed("an integer of " + std::to_string(size) + " bytes");
    uint64_t value = (data_[at_] & 0x80) != 0 ? ~uint64_t{0} : 0;
    while (at_ < end) value = value << 8 | data_[at_++];
    return static_cast<int64_t>(value);
  }

  std::string text() {
    const size_t end = expect(kText);
    const std::string text(data_ + at_, data_ + end);
    at_ = end;
    return text;
  }

  Bytes octets() {
    const size_t end = expect(kOctets);
    const Bytes bytes(data_ + at_, data_ + end);
    at_ = end;
    return bytes;
  }

  bool boolean() {
    if (expect(kBoolean) - at_ != 1) throw Malformed("a boolean of another size");
    return next() != 0;
  }

  double real() {
    const size_t end = expect(kReal);
    if (end == at_) return 0;
    if (next() != kDoubleForm || end - at_ != 8) throw Malformed("a real of another form");
    uint64_t bits = 0;
    while (at_ < end) bits = bits << 8 | data_[at_++];
    double value = 0;
    std::memcpy(&value, &bits, 8);
    return value;
  }

  Value value() {
    if (at_ >= size_) throw Malformed("no value");
    switch (data_[at_]) {
      case kInteger: return integer();
      case kBoolean: return boolean();
      case kReal: return real();
      case kText: return text();
      case kOctets: return octets();
      default: throw Malformed("a value of another type");
    }
  }

  void item(Item &item) {
    switch (item.type) {
      case Type::kInteger: item.value = integer(); return;
      case Type::kBoolean: item.value = boolean(); return;
      case Type::kReal: item.value = real(); return;
      case Type::kString: item.value = text(); return;
      case Type::kBinary: item.value = octets(); return;
      case Type::kEvent: return event(item);
      case Type::kFunctionCall: return call(item);
      case Type::kImageFrame: return image(item);
    }
    throw Malformed("an unknown type");
  }

 private:
  void event(Item &item) {
    const size_t outer = sequence();
    item.name = text();
    const size_t list = sequence();
    while (at_ < list) {
      const size_t pair = sequence();
      std::string key = text();
      item.parameters.emplace_back(std::move(key), value());
      end(pair);
    }
    end(list);
    end(outer);
  }

  void call(Item &item) {
    const size_t outer = sequence();
    item.name = text();
    if (at_ < size_ && data_[at_] == kNull) {
      if (expect(kNull) != at_) throw Malformed("a null with contents");
    } else {
      item.result = value();
    }
    const size_t list = sequence();
    while (at_ < list) item.arguments.push_back(value());
    end(list);
    end(outer);
  }

  void image(Item &item) {
    const size_t outer = sequence();
    item.width = static_cast<uint32_t>(integer());
    item.height = static_cast<uint32_t>(integer());
    item.channels = static_cast<uint32_t>(integer());
    item.timestamp_ns = static_cast<uint64_t>(integer());
    item.data = octets();
    end(outer);
  }

  uint8_t next() {
    if (at_ >= size_) throw Malformed("the message ends too early");
    return data_[at_++];
  }

  // Passes a length of up to four bytes; where its contents end.
  size_t contents() {
    const uint8_t first = next();
    size_t length = first;
    if ((first & 0x80) != 0) {
      if ((first & 0x7f) > 4) throw Malformed("a length of more than four bytes");
      length = 0;
      for (int i = first & 0x7f; i > 0; --i) length = length << 8 | next();
    }
    if (length > size_ - at_) throw Malformed("a length beyond the message");
    return at_ + length;
  }

  size_t expect(uint8_t tag) {
    if (next() != tag) throw Malformed("a value of another type");
    return contents();
  }

  const uint8_t *data_;
  size_t size_;
  size_t at_ = 0;
};

Value run(const Item &call) {
  if (call.name == "fail") throw std::runtime_error("told to fail");
  if (call.name != "add") throw std::runtime_error("Function not found: " + call.name);
  if (call.arguments.size() != 2) throw std::runtime_error("add takes two numbers");
  const Value &a = call.arguments[0];
  const Value &b = call.arguments[1];
  if (std::holds_alternative<int64_t>(a) && std::holds_alternative<int64_t>(b)) return std::get<int64_t>(a) + std::get<int64_t>(b);
  if (std::holds_alternative<double>(a) && std::holds_alternative<double>(b)) return std::get<double>(a) + std::get<double>(b);
  throw std::runtime_error("add takes two numbers");
}

Item simple(Type type, const char *key, Value value) {
  Item item;
  item.type = type;
  item.key = key;
  item.value = std::move(value);
  return item;
}

}  // namespace

Bytes encode(const std::vector<Item> &list, Dialect dialect) {
  const Encoder encoder(dialect);
  Bytes types, keys, values;
  for (const Item &item : list) {
    append(types, encoder.integer(static_cast<int64_t>(item.type)));
    append(keys, textElement(item.key));
    append(values, encoder.item(item));
  }
  Bytes all = encoder.sequence(types);
  append(all, encoder.sequence(keys));
  append(all, encoder.sequence(values));
  return encoder.sequence(all);
}

std::vector<Item> decode(const uint8_t *data, size_t size) {
  Decoder decoder(data, size);
  const size_t message = decoder.sequence();
  std::vector<Item> list;
  const size_t types = decoder.sequence();
  while (decoder.at() < types) list.emplace_back().type = static_cast<Type>(decoder.integer());
  decoder.end(types);
  const size_t keys = decoder.sequence();
  size_t count = 0;
  while (decoder.at() < keys) {
    const std::string key = decoder.text();
    if (count < list.size()) list[count].key = key;
    ++count;
  }
  decoder.end(keys);
  if (count != list.size()) throw Malformed("not as many keys as types");
  const size_t values = decoder.sequence();
  for (Item &item : list) decoder.item(item);
  decoder.end(values);
  decoder.end(message);
  return list;
}

void answerCalls(std::vector<Item> &list) {
  for (Item &item : list) {
    if (item.type != Type::kFunctionCall) continue;
    try {
      item.result = run(item);
    } catch (const std::exception &error) {
      item.result = std::string("ERROR: ") + error.what();
    }
  }
}

std::vector<Item> telemetry(int64_t counter, const std::string &source) {
  return {simple(Type::kInteger, "counter", counter),
          simple(Type::kReal, "temperature", 20 + static_cast<double>(counter) / 8),
          simple(Type::kBoolean, "enabled", counter % 2 == 0), simple(Type::kString, "status", std::string("OK")),
          simple(Type::kString, "source", source)};
}

bool isTelemetry(const std::vector<Item> &list, int64_t &counter) {
  if (list.size() != 5 || !std::holds_alternative<int64_t>(list[0].value)) return false;
  counter = std::get<int64_t>(list[0].value);
  const std::vector<Item> expected = telemetry(counter, "");
  for (size_t i = 0; i < 5; ++i) {
    if (list[i].type != expected[i].type || list[i].key != expected[i].key) return false;
    if (i < 4 && list[i].value != expected[i].value) return false;
  }
  return true;
}

}  // namespace items
