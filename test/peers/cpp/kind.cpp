#include "kind.hpp"

namespace eshm {

using std::chrono::milliseconds;

#if defined(ESHM_POSIX_REMEMBERS)
const Kind kind{posix(), true, milliseconds(1), true};
#elif defined(ESHM_POSIX)
const Kind kind{posix(), false, milliseconds(10), false};
#else
const Kind kind{systemV(), false, milliseconds(10), false};
#endif

}  // namespace eshm
