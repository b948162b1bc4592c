// Keeps a mapping in place while a read or a write is on it, at no cost to either.
//
// The original swaps its pointer, sleeps 20 ms and hopes that nobody is still in there; a process that
// was stopped for longer would crash. Here the user's side makes plain stores only, and the rare one who
// wants to detach pays with membarrier(2), which puts the missing fence into every running thread.
// One thread at a time per lease.
#ifndef ESHM_LEASE_HPP
#define ESHM_LEASE_HPP

#include <atomic>

namespace eshm {

class Lease {
 public:
  class Use {
   public:
    explicit Use(Lease &lease) : lease_(lease) {
      lease_.busy_.store(true, std::memory_order_relaxed);
      std::atomic_signal_fence(std::memory_order_seq_cst);  // the other half is settleLeases()
    }
    ~Use() { lease_.busy_.store(false, std::memory_order_release); }
    Use(const Use &) = delete;
    Use &operator=(const Use &) = delete;

   private:
    Lease &lease_;
  };

  bool busy() const { return busy_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> busy_{false};
};

// Call once before the first use, then after the pointer was taken away: from then on a lease that is
// not busy cannot see the old pointer any more.
void prepareLeases();
void settleLeases();

}  // namespace eshm

#endif
