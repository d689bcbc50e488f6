// What a server in a container may use. The numbers are wide enough that no right server meets them
// with a crowd of a thousand clients, and narrow enough that none harms the machine.
export interface Limits {
  /** Of all its processes together; no swap on top. */
  readonly memoryBytes: number;
  /** Processes and threads together. */
  readonly tasks: number;
}

const mebibyte = 1024 * 1024;

/**
 * A crowd of 1000 with a process each is 1001 tasks, with two threads each (a Java or Go server may)
 * some 2100: 4096 leaves room, and is an eighth of the process numbers that Linux gives out.
 * A forked Python process has about a megabyte of its own, so a crowd of them needs a gibibyte; on
 * a small machine half of what there is must do.
 */
export function defaultLimits({ memoryBytes }: { readonly memoryBytes: number }): Limits {
  return { memoryBytes: Math.min(1024 * mebibyte, Math.floor(memoryBytes / 2)), tasks: 4096 };
}
