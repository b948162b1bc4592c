// Prints the layout of ESHM protocol version 2, section 2, as a C++ compiler sees it: a JSON array with one
// object for each data size. test/layout/segment.test.ts compares it with layoutFor().
#include <cstddef>
#include <cstdint>
#include <cstdio>

struct alignas(64) Header {
  uint32_t magic;
  uint32_t version;
  uint64_t master_heartbeat;
  uint64_t slave_heartbeat;
  int32_t master_pid;
  int32_t slave_pid;
  uint32_t master_alive;
  uint32_t slave_alive;
  uint32_t stale_threshold;
  uint32_t master_generation;
  uint8_t padding[80];
};

template <size_t N>
struct alignas(64) Channel {
  uint32_t sequence;
  uint32_t data_size;
  uint8_t data[N];
  uint64_t write_count;
  uint64_t read_count;
  uint8_t padding[48];
};

template <size_t N>
struct Segment {
  Header header;
  Channel<N> master_to_slave;
  Channel<N> slave_to_master;
};

static bool first = true;

static void number(const char* name, size_t value) {
  std::printf("%s\"%s\":%zu", first ? "" : ",", name, value);
  first = false;
}

#define OFFSET(type, field) number(#field, offsetof(type, field))

static void begin(const char* name) {
  std::printf("%s\"%s\":{", first ? "" : ",", name);
  first = true;
}

static void end() {
  std::printf("}");
  first = false;
}

template <size_t N>
void print() {
  using C = Channel<N>;
  using S = Segment<N>;
  std::printf("{");
  first = true;
  number("max_data_size", N);
  number("segment_size", sizeof(S));
  number("header_size", sizeof(Header));
  number("channel_size", sizeof(C));
  begin("header");
  OFFSET(Header, magic);
  OFFSET(Header, version);
  OFFSET(Header, master_heartbeat);
  OFFSET(Header, slave_heartbeat);
  OFFSET(Header, master_pid);
  OFFSET(Header, slave_pid);
  OFFSET(Header, master_alive);
  OFFSET(Header, slave_alive);
  OFFSET(Header, stale_threshold);
  OFFSET(Header, master_generation);
  end();
  begin("channel");
  OFFSET(C, sequence);
  OFFSET(C, data_size);
  OFFSET(C, data);
  OFFSET(C, write_count);
  OFFSET(C, read_count);
  // The receipt is ours: the first three words of the padding.
  number("receipt_sequence", offsetof(C, padding));
  number("receipt_count", offsetof(C, padding) + 4);
  number("receipt_reader", offsetof(C, padding) + 8);
  end();
  OFFSET(S, master_to_slave);
  OFFSET(S, slave_to_master);
  std::printf("}");
}

template <size_t First, size_t... Rest>
void print_all() {
  print<First>();
  ((std::printf(",\n"), print<Rest>()), ...);
}

int main() {
  std::printf("[");
  print_all<1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 39, 40, 41, 55, 56, 57, 63, 64, 65, 100, 255, 256, 999, 1000, 1001,
            4095, 4096, 4097, 8192, 65535, 65536, 1000003, 16777216, 536870911, 536870912>();
  std::printf("]\n");
}
