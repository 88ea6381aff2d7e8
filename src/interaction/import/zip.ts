const END = 0x06054b50
const ENTRY = 0x02014b50
/** The end record is 22 bytes and a comment of at most 65,535. */
const END_REACH = 22 + 65_535

/** How many bytes a ZIP archive says it unpacks to, so that a bomb is refused unopened; null when it is no archive. */
export function unpackedSize(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const from = Math.max(0, bytes.length - END_REACH)
  for (let at = bytes.length - 22; at >= from; at--) {
    if (view.getUint32(at, true) !== END) continue
    let entry = view.getUint32(at + 16, true)
    let size = 0
    for (let left = view.getUint16(at + 10, true); left > 0; left--) {
      if (entry + 46 > bytes.length || view.getUint32(entry, true) !== ENTRY) return null
      size += view.getUint32(entry + 24, true)
      entry +=
        46 + view.getUint16(entry + 28, true) + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true)
    }
    return size
  }
  return null
}
