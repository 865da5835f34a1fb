// The packet's bytes. Offsets count from its first byte. Everything that reads a packet reads it here: a build for the
// fuzzer checks each of these against the packet's end, where nothing else would notice.
/** Address of the packet's first byte. */
export let base: usize = 0;
let size: i32 = 0;

export function openPacket(at: usize, bytes: i32): void {
  base = at;
  size = bytes;
}

function check(at: i32, bytes: i32): void {
  // A build with assertions is the fuzzer's.
  if (!ASC_NO_ASSERT && (at < 0 || at + bytes > size)) unreachable();
}

export function u8at(at: i32): i32 {
  check(at, 1);
  return load<u8>(base + at);
}

/** Big-endian, as all of these. */
export function u16at(at: i32): i32 {
  check(at, 2);
  return bswap<u16>(load<u16>(base + at));
}

export function u32at(at: i32): u32 {
  check(at, 4);
  return bswap<u32>(load<u32>(base + at));
}

/** Copies bytes of the packet. */
export function copyTo(to: usize, at: i32, bytes: i32): void {
  check(at, bytes);
  memory.copy(to, base + at, bytes);
}

/** Address of bytes that are read elsewhere. */
export function addressOf(at: i32, bytes: i32): usize {
  check(at, bytes);
  return base + at;
}
