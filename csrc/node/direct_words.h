// What JavaScript and the addon tell each other of a direct call, in the first words of its room,
// which saves what numbers cost as arguments. Twin: `DirectWord` in lib/native.ts. Threads: the
// environment's own.
#pragma once

#include <cstdint>

namespace ringsnake::node::direct_words {

// "J:" JavaScript writes it, "N:" the addon does.
inline constexpr std::uint32_t kInterface = 0;  // J
inline constexpr std::uint32_t kMethod = 1;     // J
inline constexpr std::uint32_t kLength = 2;     // J: bytes of the arguments that follow the words
inline constexpr std::uint32_t kRefers = 3;     // J: 1 when they refer to data in segments
inline constexpr std::uint32_t kSize = 4;       // N: bytes of the result that follows, or:
inline constexpr std::int32_t kElsewhere = -1;  // it is to be made through the ring
inline constexpr std::uint32_t kBytes = 32;     // of all words

}  // namespace ringsnake::node::direct_words
