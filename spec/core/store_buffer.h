// The stores of one thread that no other thread can see yet.
//
// x86 (total store order): they leave in the order they were made. Weak: a store may overtake older
// ones to other words, but a release store leaves only after every older one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace ringsnake::spec {

enum class MemoryModel : std::uint8_t { kTotalStoreOrder, kWeak };

class StoreBuffer {
 public:
  static constexpr std::size_t kMost = 64;
  struct Store {
    std::uint32_t* word;
    std::uint32_t value;
    bool is_release;
  };

  bool empty() const noexcept { return count_ == 0; }
  std::size_t size() const noexcept { return count_; }
  const Store& operator[](std::size_t i) const noexcept { return stores_[i]; }
  void clear() noexcept { count_ = 0; }
  void push(const Store& store) noexcept {
    if (count_ == kMost) std::abort();  // a scenario that never fences
    stores_[count_++] = store;
  }
  // The newest value for `word`; null when none is here.
  const Store* find(const std::uint32_t* word) const noexcept {
    for (std::size_t i = count_; i-- > 0;)
      if (stores_[i].word == word) return &stores_[i];
    return nullptr;
  }
  // Whether store `i` may leave while all others stay.
  bool may_leave(std::size_t i, MemoryModel model) const noexcept {
    if (i == 0) return true;
    if (model == MemoryModel::kTotalStoreOrder || stores_[i].is_release) return false;
    for (std::size_t j = 0; j < i; ++j)
      if (stores_[j].word == stores_[i].word) return false;
    return true;
  }
  // Lets store `i` leave, with those that must leave before it and no others, oldest first.
  template <class Write>
  void leave_through(std::size_t i, MemoryModel model, const Write& write) noexcept {
    std::array<bool, kMost> leaves{};
    bool all_older = model == MemoryModel::kTotalStoreOrder;
    for (std::size_t j = i + 1; j-- > 0;) {
      leaves[j] = j == i || all_older || is_overtaken(j, i, leaves);
      all_older = all_older || (leaves[j] && stores_[j].is_release);
    }
    std::size_t kept = 0;
    for (std::size_t j = 0; j < count_; ++j) {
      if (j <= i && leaves[j])
        write(stores_[j]);
      else
        stores_[kept++] = stores_[j];
    }
    count_ = kept;
  }

 private:
  // Whether a younger store to the same word leaves.
  bool is_overtaken(std::size_t j, std::size_t last,
                    const std::array<bool, kMost>& leaves) const noexcept {
    for (std::size_t k = j + 1; k <= last; ++k)
      if (leaves[k] && stores_[k].word == stores_[j].word) return true;
    return false;
  }

  std::array<Store, kMost> stores_;
  std::size_t count_ = 0;
};

}  // namespace ringsnake::spec
