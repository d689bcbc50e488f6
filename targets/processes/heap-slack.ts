// How much memory a program's runtime may set aside before it collects what is free: by that much the
// program grows while nothing is kept.
import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { basename } from 'node:path';

const mebibyte = 1024 * 1024;

/**
 * V8 lets 64 MiB wait outside its heap (kExternalAllocationSoftLimit) besides a young generation of up to
 * 32 MiB; the collectors of Ruby, Erlang and PyPy wait for less.
 */
const ofLargeHeaps = 96 * mebibyte;
/** Go collects for the first time at 4 MiB (runtime.gcController.heapMinimum), and keeps as much again. */
const ofGo = 8 * mebibyte;
/** Java and .NET take what their machine has, up to a quarter of it, before they collect all of it. */
const ofVirtualMachines = Infinity;

const programs: Readonly<Record<string, number>> = {
  java: ofVirtualMachines,
  dotnet: ofVirtualMachines,
  mono: ofVirtualMachines,
  node: ofLargeHeaps,
  nodejs: ofLargeHeaps,
  bun: ofLargeHeaps,
  deno: ofLargeHeaps,
  ruby: ofLargeHeaps,
  pypy: ofLargeHeaps,
  beam: ofLargeHeaps,
};

/** Of a program that carries its runtime along as a library. */
const libraries: readonly (readonly [name: string, slackBytes: number])[] = [
  ['/libjvm.so', ofVirtualMachines],
  ['/libcoreclr.so', ofVirtualMachines],
  ['/libmono', ofVirtualMachines],
  ['/libnode.so', ofLargeHeaps],
  ['/libruby', ofLargeHeaps],
];

/** What `go version FILE` looks for; see debug/buildinfo. */
const goMark = Buffer.from('\xff Go buildinf:', 'latin1');
const mostReadBytes = 64 * mebibyte;
const blockBytes = mebibyte;

/**
 * How many bytes process `pid` may grow by before its runtime collects; 0 for a program that frees at
 * once, as one in C does, and where nothing shows what it is; Infinity where no growth would tell.
 */
export function heapSlackBytes(pid: number): number {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/u, '');
    // python3.11, beam.smp, pypy3: versions and builds stand behind the name.
    const [name = ''] = /^[a-z]+/u.exec(program.toLowerCase()) ?? [];
    const known = programs[name];
    if (known !== undefined) return known;
    const maps = readFileSync(`/proc/${pid}/maps`, 'latin1');
    const library = libraries.find(([part]) => maps.includes(part));
    if (library !== undefined) return library[1];
    return isOfGo(`/proc/${pid}/exe`) ? ofGo : 0;
  } catch {
    return 0;
  }
}

function isOfGo(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    // The mark may lie across the end of a block.
    const overlap = goMark.length;
    const block = Buffer.alloc(blockBytes + overlap);
    for (let offset = 0; offset < mostReadBytes; offset += blockBytes) {
      const count = readSync(descriptor, block, 0, block.length, offset);
      if (block.subarray(0, count).includes(goMark)) return true;
      if (count < block.length) return false;
    }
    return false;
  } finally {
    closeSync(descriptor);
  }
}
