// Looks at the words of a mapped file, /dev/shm/eshm_NAME, as often as it can, and holds every state that it sees against
// a rule: for writers that can change one byte of a word at a time only, and must do it in an order that harms nobody.
//
//   eshm_observer NAME FIELD=RULE ...
//
// FIELD is m2s or s2m and .sequence, .write_count or .read_count, or it is master_heartbeat or slave_heartbeat.
// RULE is
//   rising        no state is greater than what the word comes to next: after a fall, which is a carry under way, the next
//                 rise goes beyond all that was seen before. So who asks "greater than what I had" is never misled.
//   even-rising   an even state is greater than the even one before it (modulo the size of the word); odd ones are free.
//                 So who waits for an even state gets none that was never meant.
//   announced     for a write_count: rising, and never ahead of its sequence, which moves by 2 for each message. The channel
//                 is to be at rest when this begins.
//
// It says `ready` (voice.hpp), and looks until the input ends. At each line that comes in, and at the end, it says of each
// field
//   FIELD states=N between=N violations=N last=0xHEX seen=0xHEX,... [first=0xHEX-after-0xHEX]
// states: how often it looked different; between: carries under way, of which `seen` lists the first few that differ;
// first: of the violations.
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fcntl.h>
#include <iostream>
#include <string>
#include <vector>

#include "channel.hpp"
#include "eshm_data.h"
#include "voice.hpp"

namespace {

using eshm::peek;

constexpr size_t kSeenMost = 64;
constexpr int kLooksAtOnce = 4096;  // between two looks at the input

std::string hex(uint64_t value) {
  std::ostringstream out;
  out << "0x" << std::hex << value;
  return out.str();
}

// A word of four or eight bytes; the processor loads either in one piece.
struct Word {
  const std::atomic<uint32_t> *narrow = nullptr;
  const std::atomic<uint64_t> *wide = nullptr;
  uint64_t load() const { return narrow != nullptr ? narrow->load() : wide->load(); }
  // How far `to` is beyond `from`, in the size of the word.
  int64_t beyond(uint64_t from, uint64_t to) const {
    return narrow != nullptr ? static_cast<int32_t>(static_cast<uint32_t>(to) - static_cast<uint32_t>(from))
                             : static_cast<int64_t>(to - from);
  }
};

enum class Rule { kRising, kEvenRising, kAnnounced };

class Watch {
 public:
  Watch(std::string field, Word word, Rule rule, Word sequence)
      : field_(std::move(field)), word_(word), rule_(rule), sequence_(sequence) {
    last_ = best_ = base_ = word_.load();
    if (rule_ == Rule::kAnnounced) sequenceBase_ = sequence_.load();
  }

  void look() {
    const uint64_t now = word_.load();
    if (now == last_) return;
    ++states_;
    if (rule_ == Rule::kEvenRising) evenRising(now);
    else rising(now);
    last_ = now;
  }

  std::string report() const {
    std::ostringstream out;
    out << field_ << " states=" << states_ << " between=" << between_ << " violations=" << violations_
        << " last=" << hex(last_) << " seen=";
    for (size_t i = 0; i < seen_.size(); ++i) out << (i == 0 ? "" : ",") << hex(seen_[i]);
    if (violations_ > 0) out << " first=" << first_;
    return out.str();
  }

 private:
  void rising(uint64_t now) {
    const bool falls = word_.beyond(last_, now) < 0;
    if (falls) noteBetween(now);
    else if (word_.beyond(best_, now) <= 0) noteViolation(now);
    if (word_.beyond(best_, now) > 0) best_ = now;
    if (rule_ != Rule::kAnnounced) return;
    // The count was loaded first: a sequence loaded later is at least what belongs to it.
    const int64_t messages = word_.beyond(base_, now);
    if (sequence_.beyond(sequenceBase_, sequence_.load()) < 2 * messages) noteViolation(now);
  }

  void evenRising(uint64_t now) {
    if ((now & 1) != 0) {
      if ((last_ & 1) != 0) noteBetween(now);
      return;
    }
    if (word_.beyond(best_, now) <= 0) noteViolation(now);
    best_ = now;
  }

  void noteBetween(uint64_t now) {
    ++between_;
    if (seen_.size() < kSeenMost && std::find(seen_.begin(), seen_.end(), now) == seen_.end()) seen_.push_back(now);
  }

  void noteViolation(uint64_t now) {
    if (violations_++ == 0) first_ = hex(now) + "-after-" + hex(last_);
  }

  std::string field_;
  Word word_;
  Rule rule_;
  Word sequence_;
  uint64_t last_ = 0;
  uint64_t best_ = 0;  // the greatest; of even states alone where the rule is about those
  uint64_t base_ = 0;
  uint64_t sequenceBase_ = 0;
  uint64_t states_ = 0;
  uint64_t between_ = 0;
  uint64_t violations_ = 0;
  std::vector<uint64_t> seen_;
  std::string first_;
};

const eshm::Segment *map(const std::string &path) {
  const int fd = open(path.c_str(), O_RDONLY);
  if (fd == -1) return nullptr;
  struct stat info {};
  void *address = MAP_FAILED;
  if (fstat(fd, &info) == 0 && static_cast<size_t>(info.st_size) >= sizeof(eshm::Segment)) {
    address = mmap(nullptr, sizeof(eshm::Segment), PROT_READ, MAP_SHARED, fd, 0);
  }
  close(fd);
  return address == MAP_FAILED ? nullptr : static_cast<const eshm::Segment *>(address);
}

bool parse(const eshm::Segment &segment, const std::string &argument, std::vector<Watch> &watches) {
  const size_t split = argument.find('=');
  if (split == std::string::npos) return false;
  const std::string field = argument.substr(0, split);
  const std::string text = argument.substr(split + 1);
  const eshm::Channel &channel = field[0] == 'm' ? segment.master_to_slave : segment.slave_to_master;
  const Word sequence{&channel.sequence, nullptr};
  const std::string name = field.substr(std::min<size_t>(field.find('.'), field.size()));
  Word word;
  if (field == "master_heartbeat") word.wide = &segment.header.master_heartbeat;
  else if (field == "slave_heartbeat") word.wide = &segment.header.slave_heartbeat;
  else if (field.substr(0, 3) != "m2s" && field.substr(0, 3) != "s2m") return false;
  else if (name == ".sequence") word = sequence;
  else if (name == ".write_count") word.wide = &channel.write_count;
  else if (name == ".read_count") word.wide = &channel.read_count;
  else return false;
  if (text == "announced" && name != ".write_count") return false;
  if (text != "rising" && text != "even-rising" && text != "announced") return false;
  const Rule rule = text == "rising" ? Rule::kRising : text == "announced" ? Rule::kAnnounced : Rule::kEvenRising;
  watches.emplace_back(field, word, rule, sequence);
  return true;
}

// False at the end of the input.
bool answer(const std::vector<Watch> &watches) {
  std::string line;
  const bool more = static_cast<bool>(std::getline(std::cin, line));
  for (const Watch &watch : watches) peer::voice << watch.report() << std::endl;
  return more;
}

bool told() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 3) {
    std::cerr << "usage: eshm_observer NAME FIELD=RULE ...\n";
    return 2;
  }
  const std::string path = std::string("/dev/shm/eshm_") + argv[1];
  const eshm::Segment *segment = map(path);
  if (segment == nullptr) {
    std::cerr << "eshm_observer: cannot map " << path << ", or it is too short\n";
    return 1;
  }
  std::vector<Watch> watches;
  for (int i = 2; i < argc; ++i) {
    if (parse(*segment, argv[i], watches)) continue;
    std::cerr << "eshm_observer: unknown field or rule: " << argv[i] << "\n";
    return 2;
  }
  peer::voice << "ready" << std::endl;
  do {
    for (int i = 0; i < kLooksAtOnce; ++i) {
      for (Watch &watch : watches) watch.look();
    }
  } while (!told() || answer(watches));
  return 0;
}
