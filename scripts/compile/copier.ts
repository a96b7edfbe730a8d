/**
 * A program of some 400 bytes that copies the runtime out of the portable executable, for systems with a
 * shell and a C library but neither `tail` nor `dd`: the shell's `printf` writes it, the C library's loader
 * starts it. Standard input is the executable, standard output the new file.
 */

/** Where the parts are, in the file as in memory. */
const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const DYNAMIC_AT = HEADER_SIZE + 3 * PROGRAM_HEADER_SIZE;
/** DT_STRTAB, DT_SYMTAB and DT_NULL: the loader insists on a dynamic section with these. */
const DYNAMIC_SIZE = 5 * 16;
const CODE_AT = DYNAMIC_AT + DYNAMIC_SIZE;
const STRINGS_AT = DYNAMIC_AT + DYNAMIC_SIZE - 16;

/** Machine code for Linux x64. */
function code(offset: number): number[] {
  const [a, b, c, d] = [0, 8, 16, 24].map((shift) => (offset >>> shift) & 0xff) as [
    number,
    number,
    number,
    number,
  ];
  return [
    ...[0x31, 0xff], //                            xor edi, edi            standard input
    ...[0xbe, a, b, c, d], //                      mov esi, offset
    ...[0x31, 0xd2], //                            xor edx, edx            SEEK_SET
    ...[0xb8, 8, 0, 0, 0], //                      mov eax, 8              lseek
    ...[0x0f, 0x05], //                            syscall
    ...[0xbf, 1, 0, 0, 0], //                more: mov edi, 1              to standard output
    ...[0x31, 0xf6], //                            xor esi, esi            from standard input
    ...[0x31, 0xd2], //                            xor edx, edx            at its position
    ...[0x41, 0xba, 0, 0, 0, 0x40], //             mov r10d, 0x40000000    as much as it likes
    ...[0xb8, 40, 0, 0, 0], //                     mov eax, 40             sendfile
    ...[0x0f, 0x05], //                            syscall
    ...[0x48, 0x85, 0xc0], //                      test rax, rax
    ...[0x7f, 0xe5], //                            jg more
    ...[0x31, 0xff], //                            xor edi, edi
    ...[0x85, 0xc0], //                            test eax, eax           0 is the end of the file
    ...[0x40, 0x0f, 0x95, 0xc7], //                setne dil               all else an error
    ...[0xb8, 60, 0, 0, 0], //                     mov eax, 60             exit
    ...[0x0f, 0x05], //                            syscall
  ];
}

/** The program that copies everything from an offset on: an ELF file with nothing superfluous. */
export function copier(offset: number, loader: string): Uint8Array {
  const machine = code(offset);
  const name = new TextEncoder().encode(`${loader}\0`);
  const nameAt = CODE_AT + machine.length;
  const size = nameAt + name.length;
  const view = new DataView(new ArrayBuffer(size));
  const u16 = (at: number, value: number) => view.setUint16(at, value, true);
  const u32 = (at: number, value: number) => view.setUint32(at, value, true);
  const u64 = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);
  [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1].forEach((byte, at) => view.setUint8(at, byte));
  u16(16, 3); // ET_DYN
  u16(18, 62); // x86-64
  u32(20, 1);
  u64(24, CODE_AT); // entry
  u64(32, HEADER_SIZE); // program headers
  u16(52, HEADER_SIZE);
  u16(54, PROGRAM_HEADER_SIZE);
  u16(56, 3);
  const header = (at: number, type: number, flags: number, from: number, length: number, align: number) => {
    u32(at, type);
    u32(at + 4, flags);
    for (const where of [8, 16, 24]) u64(at + where, from);
    for (const where of [32, 40]) u64(at + where, length);
    u64(at + 48, align);
  };
  // Writable, since the loader relocates the dynamic section in place.
  header(HEADER_SIZE, 1, 7, 0, size, 4096); // PT_LOAD
  header(HEADER_SIZE + PROGRAM_HEADER_SIZE, 2, 6, DYNAMIC_AT, DYNAMIC_SIZE, 8); // PT_DYNAMIC
  // PT_INTERP: a program without a loader would be handed to the kernel, which wants it to be executable.
  header(HEADER_SIZE + 2 * PROGRAM_HEADER_SIZE, 3, 4, nameAt, name.length, 1);
  const entries = [[5, STRINGS_AT], [10, 1], [6, STRINGS_AT], [11, 24], [0, 0]];
  entries.forEach(([tag, value], number) => {
    u64(DYNAMIC_AT + 16 * number, tag!);
    u64(DYNAMIC_AT + 16 * number + 8, value!);
  });
  [...machine, ...name].forEach((byte, at) => view.setUint8(CODE_AT + at, byte));
  return new Uint8Array(view.buffer);
}

/** Bytes as the format of the shell's `printf`. */
export function printfFormat(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
