export const WIRE_VERSION = 1;
export const REGION_MAGIC = 0x4b4e5352;
export const CONTROL_PAGE_BYTES = 4096;
export const REGION_MAGIC_OFFSET = 0;
export const REGION_VERSION_OFFSET = 4;
export const REGION_RING_CAPACITY_OFFSET = 8;
export const SIDE_BLOCK_OFFSET = 512;
export const SIDE_BLOCK_STRIDE = 512;
export const SIDE_PARKED_OFFSET = 0;
export const SIDE_CPU_OFFSET = 128;
export const RING_BLOCK_OFFSET = 2048;
export const RING_BLOCK_STRIDE = 512;
export const RING_READ_POSITION_OFFSET = 0;
export const RECORD_HEADER_BYTES = 8;
export const RECORD_ALIGNMENT = 8;
export const RECORD_PADDING_WORD = 0xffffffff;
export const RING_CAPACITY_MIN = 65536;
export const RING_CAPACITY_DEFAULT = 4194304;
export const RING_CAPACITY_MAX = 1073741824;
export const PARKED_RUNNING = 0;
export const PARKED_FUTEX = 1;
export const PARKED_EVENTFD = 2;
export const PARKED_KIND_MASK = 3;
export const PARKED_WANTS_ROOM = 4;
export const FRAME_HEADER_BYTES = 16;
export const FRAME_KIND_OFFSET = 0;
export const FRAME_FLAGS_OFFSET = 1;
export const FRAME_INTERFACE_OFFSET = 2;
export const FRAME_CALL_ID_OFFSET = 4;
export const FRAME_METHOD_OFFSET = 8;
export const FRAME_RESERVED_OFFSET = 12;
export const FrameKind = {
  hello: 1,
  welcome: 2,
  refusal: 3,
  goodbye: 4,
  call: 16,
  result: 17,
  error: 18,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];
export const CONTROL_DESCRIPTOR = 3;
export const CONTROL_FRAME_MAX = 16777216;
export const HELLO_DESCRIPTORS = 3;
