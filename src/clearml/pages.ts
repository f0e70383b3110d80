/** Servers cut long lists that are asked for in one piece. */
const SIZE = 500;

/** All of a list, page by page. */
export async function allPages<T>(
  read: (page: { page: number; page_size: number }) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; ; page++) {
    const items = await read({ page, page_size: SIZE });
    all.push(...items);
    if (items.length < SIZE) return all;
  }
}
