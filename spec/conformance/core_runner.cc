// The core's half of record.spec.ts. One request a line, one answer a line.
//
//   receive HEX                            bytes at the start of the peer's ring
//     → KIND CALL INTERFACE METHOD VALUE [...], or `nothing`, `broken`, `header`
//   send KIND CALL INTERFACE METHOD VALUE [...]
//     → HEX, the start of our ring
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "../../csrc/core/frame.h"
#include "../../csrc/core/ring.h"

namespace ringsnake::spec {
namespace {

std::vector<std::byte> from_hex(const std::string& text) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string to_hex(std::span<const std::byte> bytes) {
  std::string text;
  char digits[3];
  for (const std::byte byte : bytes) {
    std::snprintf(digits, sizeof digits, "%02x", std::to_integer<unsigned>(byte));
    text += digits;
  }
  return text;
}

std::shared_ptr<Region> new_region() {
  std::shared_ptr<Region> region;
  if (!Region::create(wire::kRingCapacityMin, &region).is_ok()) std::abort();
  return region;
}

std::string receive(std::istringstream& request) {
  std::string hex;
  request >> hex;
  const auto bytes = from_hex(hex);
  const auto region = new_region();
  std::memcpy(region->ring_data(Side::kAttacher), bytes.data(), bytes.size());
  RingConsumer consumer(region, Side::kAttacher);
  std::ostringstream answer;
  bool any = false;
  while (const auto record = consumer.peek()) {
    const auto header = read_frame_header(record->payload);
    if (!header) return "header";
    answer << (any ? " " : "") << int{header->kind} << ' ' << header->call_id << ' '
           << header->interface_index << ' ' << header->method_index << ' ' << header->parent << ' '
           << to_hex(record->payload.subspan(wire::kFrameHeaderBytes));
    any = true;
  }
  if (consumer.broken()) return "broken";
  return any ? answer.str() : "nothing";
}

std::string send(std::istringstream& request) {
  const auto region = new_region();
  RingProducer producer(region, Side::kCreator);
  unsigned kind = 0;
  FrameHeader header{};
  std::string hex;
  while (request >> kind >> header.call_id >> header.interface_index >> header.method_index >>
         header.parent >> hex) {
    header.kind = static_cast<std::uint8_t>(kind);
    const auto value = from_hex(hex);
    const auto length = static_cast<std::uint32_t>(wire::kFrameHeaderBytes + value.size());
    const auto room = producer.try_claim(length);
    if (!room) std::abort();
    write_frame_header(room->data(), header);
    std::memcpy(room->data() + wire::kFrameHeaderBytes, value.data(), value.size());
    producer.commit(length);
  }
  // As much as the test compares: no vector is longer.
  return to_hex({region->ring_data(Side::kCreator), 512});
}

}  // namespace
}  // namespace ringsnake::spec

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream request(line);
    std::string verb;
    request >> verb;
    std::cout << (verb == "send" ? ringsnake::spec::send(request)
                                 : ringsnake::spec::receive(request))
              << '\n';
  }
}
