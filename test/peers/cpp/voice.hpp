// Where a program that is driven speaks to its driver: the file descriptor that ESHM_PEER_FD names, which the library
// knows nothing of. Whatever the library prints, on stderr or on stdout and in pieces, no answer has it in its middle.
// Without ESHM_PEER_FD, as by hand in a terminal, it is stdout.
//
// One thread speaks. A line that ends with std::endl leaves in one write(2).
#ifndef ESHM_VOICE_HPP
#define ESHM_VOICE_HPP

#include <cerrno>
#include <cstdlib>
#include <ostream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace peer {

class Voice : public std::ostream {
 public:
  Voice() : std::ostream(nullptr) { rdbuf(&line_); }

 private:
  class Line : public std::stringbuf {
   protected:
    int sync() override {
      const std::string text = str();
      str("");
      for (size_t done = 0; done < text.size();) {
        const ssize_t count = ::write(fd_, text.data() + done, text.size() - done);
        if (count >= 0) done += static_cast<size_t>(count);
        else if (errno != EINTR) return -1;
      }
      return 0;
    }

   private:
    static int chosen() {
      const char *fd = std::getenv("ESHM_PEER_FD");
      return fd == nullptr ? STDOUT_FILENO : std::atoi(fd);
    }
    const int fd_ = chosen();
  };
  Line line_;
};

inline Voice voice;

}  // namespace peer

#endif
