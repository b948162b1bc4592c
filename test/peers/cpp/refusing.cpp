// Built with ESHM_REFUSING, in the place of transfer.cpp: a library whose channels open, live and die as they should, and
// that refuses every message. What those who drive peers make of it is seen in test/support/harness.test.ts.
#ifdef ESHM_REFUSING
#include "eshm.h"

extern "C" int eshm_write(ESHMHandle *, const void *, size_t) { return ESHM_ERROR_INVALID_PARAM; }

extern "C" int eshm_read_ex(ESHMHandle *, void *, size_t, size_t *, uint32_t) { return ESHM_ERROR_INVALID_PARAM; }

extern "C" int eshm_read(ESHMHandle *, void *, size_t) { return ESHM_ERROR_INVALID_PARAM; }

#endif
