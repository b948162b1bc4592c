// What the library says while it runs: lines that begin with `[ESHM] ` on stderr, as the original has them.
//
// Built with ESHM_NOISY it is a library that nobody should be: every line goes to stdout too, by C's buffer, which is
// emptied in the middle of a line when it is full; reads and writes chatter there, and some lines come in two pieces.
#ifndef ESHM_LOG_HPP
#define ESHM_LOG_HPP

namespace eshm {

// Prints a line; `format` without `[ESHM] ` and without the newline. Leaves errno as it is.
__attribute__((format(printf, 1, 2))) void log(const char *format, ...);

// What the system says about a call that failed, by errno.
void logFailure(const char *call);

#ifdef ESHM_NOISY
// At every read and every write, before anything is touched.
void chatter(const char *call);
#else
inline void chatter(const char *) {}
#endif

}  // namespace eshm

#endif
