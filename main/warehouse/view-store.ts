import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ident, literal, type Session } from './duck.ts';

/**
 * The database file that holds orders of the grid. It is a file of its own, so that it can be thrown away while the warehouse
 * is open: a dropped table leaves its blocks in the file, a removed file leaves nothing. Another one takes its place.
 */
export type ViewStore = {
  /** A table of the store, for SQL. */
  readonly table: (name: string) => string;
  /** Throws everything away. */
  readonly renew: () => Promise<void>;
};

const pattern = /^views-\d+\.duckdb/;

/** Opens an empty store in the workspace folder; what another process left there is removed. */
export async function openViewStore(session: Session, workspaceDir: string): Promise<ViewStore> {
  for (const name of await readdir(workspaceDir)) {
    if (pattern.test(name)) await rm(join(workspaceDir, name), { force: true });
  }
  let count = 0;
  const file = (): string => join(workspaceDir, `views-${count}.duckdb`);
  const attach = async (): Promise<void> => {
    count++;
    await session.run(`ATTACH ${literal(file())} AS ${ident(`views_${count}`)}`);
  };
  await attach();
  return {
    table: (name) => `${ident(`views_${count}`)}.${name}`,
    renew: async () => {
      const old = file();
      const name = `views_${count}`;
      await attach();
      await session.run(`DETACH ${ident(name)}`);
      for (const path of [old, `${old}.wal`]) await rm(path, { force: true });
    },
  };
}
