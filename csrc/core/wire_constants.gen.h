#pragma once
#include <cstdint>
namespace ringsnake {
namespace wire {
inline constexpr std::uint32_t kWireVersion = 1u;
inline constexpr std::uint32_t kRegionMagic = 0x4b4e5352u;
inline constexpr std::uint32_t kControlPageBytes = 4096u;
}
namespace wire {
inline constexpr std::uint32_t kRegionMagicOffset = 0u;
inline constexpr std::uint32_t kRegionVersionOffset = 4u;
inline constexpr std::uint32_t kRegionRingCapacityOffset = 8u;
inline constexpr std::uint32_t kSideBlockOffset = 512u;
inline constexpr std::uint32_t kSideBlockStride = 512u;
inline constexpr std::uint32_t kSideParkedOffset = 0u;
inline constexpr std::uint32_t kSideCpuOffset = 128u;
inline constexpr std::uint32_t kRingBlockOffset = 2048u;
inline constexpr std::uint32_t kRingBlockStride = 512u;
inline constexpr std::uint32_t kRingReadPositionOffset = 0u;
}
namespace wire {
inline constexpr std::uint32_t kRecordHeaderBytes = 8u;
inline constexpr std::uint32_t kRecordAlignment = 8u;
inline constexpr std::uint32_t kRecordPaddingWord = 0xffffffffu;
inline constexpr std::uint32_t kRingCapacityMin = 65536u;
inline constexpr std::uint32_t kRingCapacityDefault = 4194304u;
inline constexpr std::uint32_t kRingCapacityMax = 1073741824u;
}
namespace wire {
inline constexpr std::uint32_t kParkedRunning = 0u;
inline constexpr std::uint32_t kParkedFutex = 1u;
inline constexpr std::uint32_t kParkedEventfd = 2u;
inline constexpr std::uint32_t kParkedKindMask = 3u;
inline constexpr std::uint32_t kParkedWantsRoom = 4u;
}
namespace wire {
inline constexpr std::uint32_t kFrameHeaderBytes = 16u;
inline constexpr std::uint32_t kFrameKindOffset = 0u;
inline constexpr std::uint32_t kFrameFlagsOffset = 1u;
inline constexpr std::uint32_t kFrameInterfaceOffset = 2u;
inline constexpr std::uint32_t kFrameCallIdOffset = 4u;
inline constexpr std::uint32_t kFrameMethodOffset = 8u;
inline constexpr std::uint32_t kFrameReservedOffset = 12u;
}
enum class FrameKind : std::uint8_t { kHello = 1, kWelcome = 2, kRefusal = 3, kGoodbye = 4, kCall = 16, kResult = 17, kError = 18 };
namespace wire {
inline constexpr std::uint32_t kControlDescriptor = 3u;
inline constexpr std::uint32_t kControlFrameMax = 16777216u;
inline constexpr std::uint32_t kHelloDescriptors = 3u;
}
}
