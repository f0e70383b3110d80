import { strFromU8 } from "fflate";

/** What the directory at the end of a zip says of one entry, as far as `fflate` does not tell. */
export interface ZipEntry {
  name: string;
  checksum: number;
  isLink: boolean;
  isEncrypted: boolean;
}

const END = 0x06054b50;
const END_BYTES = 22;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const ENCRYPTED = 1;
const UTF8 = 0x800;
const FILE_TYPE = 0o170000;
const LINK = 0o120000;

/** The entries of a zip in the order of its directory; undefined when it has none that can be read. */
export function zipDirectory(bytes: Uint8Array): ZipEntry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => view.getUint16(at, true);
  const long = (at: number) => view.getUint32(at, true);
  let end = bytes.length - END_BYTES;
  // A comment of up to 64 KiB may follow.
  while (end >= 0 && long(end) !== END && bytes.length - end < 0x10000 + END_BYTES) end--;
  if (end < 0 || long(end) !== END) return undefined;
  const entries: ZipEntry[] = [];
  let at = long(end + 16);
  for (let left = word(end + 10); left > 0; left--) {
    if (at + ENTRY_BYTES > bytes.length || long(at) !== ENTRY) return undefined;
    const flags = word(at + 8);
    const nameEnd = at + ENTRY_BYTES + word(at + 28);
    entries.push({
      name: strFromU8(bytes.subarray(at + ENTRY_BYTES, nameEnd), (flags & UTF8) === 0),
      checksum: long(at + 16),
      isLink: ((long(at + 38) >>> 16) & FILE_TYPE) === LINK,
      isEncrypted: (flags & ENCRYPTED) !== 0,
    });
    at = nameEnd + word(at + 30) + word(at + 32);
  }
  return entries;
}
