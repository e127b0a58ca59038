// How a process that trains should be started; apart, so that whoever starts it loads no tensors.

/**
 * Environment of a process that trains: glibc's malloc then keeps what is freed instead of giving it back to the system
 * page by page, which costs a step two thirds of its time. Read at the start of a process; elsewhere without effect.
 */
export const ALLOCATOR_SETTINGS: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
  MALLOC_TOP_PAD_: String(2 ** 26),
  MALLOC_ARENA_MAX: '1',
  // Large pages where the system has them for the asking: fewer of them to look up.
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
};
