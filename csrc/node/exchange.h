// The exchange: an array that JavaScript and the addon share, which saves a call where a number
// will do. Twin: `Exchange` in lib/native.ts. Threads: the environment's own.
#pragma once

#include <cstdint>

#include "../core/wire_constants.gen.h"

namespace ringsnake::node {

// Records handed over per crossing into JavaScript; enough that the crossing costs nothing per
// record.
inline constexpr std::uint32_t kBatch = 256;

// Indices of its words. "N:" the addon writes it, "J:" JavaScript does.
namespace exchange {
inline constexpr std::uint32_t kRoom = 0;        // N: payload bytes of the open claim
inline constexpr std::uint32_t kExpecting = 1;   // J: 1 while answers are awaited
inline constexpr std::uint32_t kReferenced = 2;  // N: 1 while the event loop is kept alive
inline constexpr std::uint32_t kGone = 3;        // N: 1 once the peer's end was told
// J: 0 while nobody would take what arrives; then the loop sleeps whatever there is.
inline constexpr std::uint32_t kWanted = 4;
// What was peeked at and is not given back yet.
inline constexpr std::uint32_t kCount = 5;  // N, J sets 0: records; see kRecords
inline constexpr std::uint32_t kBulk = 6;   // N, J sets 0: 1 when a bulk message follows them
// N: 1 when they are few and nothing came after them, so that their room may be given back later.
inline constexpr std::uint32_t kOwable = 7;
inline constexpr std::uint32_t kOwed = 8;  // J sets 1, N sets 0: all were taken; give it back
inline constexpr std::uint32_t kNext = 9;  // N: index of the word that tells of the next record
// The batch that is being written.
inline constexpr std::uint32_t kAt = 10;       // N, J: offset of the next payload
inline constexpr std::uint32_t kLimit = 11;    // N: where the room ends; 0: there is none
inline constexpr std::uint32_t kOpen = 12;     // J counts, N sets 0: messages; see kLengths
inline constexpr std::uint32_t kRecords = 13;  // N: offset and length of each peeked record
inline constexpr std::uint32_t kLengths = kRecords + 2 * kBatch;  // J: of each message written
// N: the words of extension 7 of what place_value() has placed; J: of what borrow_value() is to
// find.
inline constexpr std::uint32_t kReference = kLengths + kBatch;
inline constexpr std::uint32_t kWords =
    kReference + wire::kValueReferenceBytes / sizeof(std::uint32_t);
}  // namespace exchange

}  // namespace ringsnake::node
