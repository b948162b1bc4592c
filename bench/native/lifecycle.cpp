// What an endpoint costs beside its messages: opening, closing, and being there.
#include <sys/resource.h>

#include "session.hpp"

namespace bench {

std::string opens(Session &session, std::istringstream &words) {
  const auto count = take<size_t>(words, "count");
  const auto name = take<std::string>(words, "name");
  std::vector<double> results(count);
  for (double &result : results) {
    const auto start = Clock::now();
    check(session.library.destroy(session.start("master", name)), "eshm_destroy");
    result = nanoseconds(Clock::now() - start) / 1e6;
  }
  return figures("ms", results);
}

std::string cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto microseconds = [](const timeval &time) { return time.tv_sec * 1000000LL + time.tv_usec; };
  return "ok us=" + std::to_string(microseconds(usage.ru_utime) + microseconds(usage.ru_stime));
}

}  // namespace bench
