// The C library under test, loaded at run time from a path: nothing of it is known when this is compiled.
#ifndef ESHM_BENCH_LIBRARY_HPP
#define ESHM_BENCH_LIBRARY_HPP

#include <dlfcn.h>

#include <stdexcept>
#include <string>

#include "eshm.h"

namespace bench {

struct Library {
  decltype(&eshm_init) init;
  decltype(&eshm_destroy) destroy;
  decltype(&eshm_write) write;
  decltype(&eshm_read_ex) readEx;

  explicit Library(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    find(library, "eshm_init", init);
    find(library, "eshm_destroy", destroy);
    find(library, "eshm_write", write);
    find(library, "eshm_read_ex", readEx);
  }

 private:
  template <typename Function>
  static void find(void *library, const char *name, Function &function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) throw std::runtime_error(std::string(name) + " is missing in the library");
  }
};

}  // namespace bench

#endif
