// Every way that a run can go, one run after another: depth first over lists of choices.
//
// A run asks choose() wherever it could go on in several ways. It must be deterministic otherwise:
// the same choices lead to the same places. Nothing of a run is kept but its choices, so the next
// one replays them up to the last that has an untried alternative (as loom and CHESS do).
//
// A run may also name the state it is in; what leads on from a state seen before is known already,
// so that run can be cut. States are told apart by 64 bits: two that meet by chance would hide
// something, at 10^7 states with a probability of 10^-5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ringsnake::spec {

// A set of hashes, open addressing. 0 is not a member.
class HashSet {
 public:
  // False when it was there already.
  bool insert(std::uint64_t hash) {
    if (hash == 0) hash = 1;
    if (2 * (count_ + 1) > slots_.size()) grow();
    if (!place(hash)) return false;
    ++count_;
    return true;
  }
  std::size_t size() const noexcept { return count_; }

 private:
  bool place(std::uint64_t hash) noexcept {
    std::size_t i = hash & (slots_.size() - 1);
    while (slots_[i] != 0) {
      if (slots_[i] == hash) return false;
      i = (i + 1) & (slots_.size() - 1);
    }
    slots_[i] = hash;
    return true;
  }
  void grow() {
    std::vector<std::uint64_t> old(slots_.empty() ? 4096 : 2 * slots_.size());
    old.swap(slots_);
    for (const std::uint64_t hash : old)
      if (hash != 0) place(hash);
  }

  std::vector<std::uint64_t> slots_;
  std::size_t count_ = 0;
};

class Explorer {
 public:
  // One of `count` alternatives; 0 first.
  unsigned choose(unsigned count) {
    if (count == 1) return 0;
    if (next_ == path_.size()) path_.push_back({0, static_cast<std::uint8_t>(count)});
    return path_[next_++].taken;
  }
  // False when everything that can follow from here was or will be seen by other runs.
  bool first_visit(std::uint64_t state) { return is_replaying() || seen_.insert(state); }
  bool is_replaying() const noexcept { return next_ < path_.size(); }

  // Between runs: the next one, or false when there is none.
  bool advance() noexcept {
    next_ = 0;
    while (!path_.empty() && path_.back().taken + 1 == path_.back().count) path_.pop_back();
    if (path_.empty()) return false;
    path_.back().taken += 1;
    return true;
  }
  // Between runs: the same one again.
  void rewind() noexcept { next_ = 0; }

  std::size_t states() const noexcept { return seen_.size(); }

 private:
  struct Choice {
    std::uint8_t taken;
    std::uint8_t count;
  };
  std::vector<Choice> path_;
  std::size_t next_ = 0;
  HashSet seen_;
};

}  // namespace ringsnake::spec
