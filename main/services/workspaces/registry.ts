/** The workspaces of this installation: a small file beside them, so that listing them opens none. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { conflict } from '../../base/errors.ts';
import { toStoreError } from '../../store/sqlite-errors.ts';

const entrySchema = z.object({ id: z.string(), name: z.string(), folder: z.string(), createdAt: z.number() });
const fileSchema = z.object({ workspaces: z.array(entrySchema) });

export type KnownWorkspace = z.infer<typeof entrySchema>;

export type WorkspaceRegistry = {
  /** In the order they were made. */
  readonly list: () => readonly KnownWorkspace[];
  /** Adds a workspace or renews what is known of it. */
  readonly remember: (workspace: KnownWorkspace) => void;
  /** A folder for a new workspace of this name. Throws conflict when the name is taken. */
  readonly newFolder: (name: string) => string;
};

/** The registry in Augury's data folder. */
export function createWorkspaceRegistry(dataFolder: string): WorkspaceRegistry {
  const file = join(dataFolder, 'workspaces.json');
  const list = (): readonly KnownWorkspace[] => {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).workspaces;
    } catch {
      return []; // none yet, or a file somebody broke: workspaces are found again when they are opened
    }
  };
  return {
    list,
    remember: (workspace) => {
      const others = list().filter((known) => known.id !== workspace.id && known.folder !== workspace.folder);
      const workspaces = [...others, workspace].sort((a, b) => a.createdAt - b.createdAt);
      try {
        mkdirSync(dataFolder, { recursive: true });
        writeFileSync(`${file}.new`, `${JSON.stringify({ workspaces }, null, 2)}\n`);
        renameSync(`${file}.new`, file);
      } catch (error) {
        throw toStoreError(error);
      }
    },
    newFolder: (name) => {
      if (list().some((known) => known.name === name)) {
        throw conflict('already-exists', `There is already a workspace called "${name}".`, {
          hint: 'Choose another name.',
        });
      }
      // Names may hold what folders may not; the number keeps folders of similar names apart.
      const readable =
        name
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')
          .replace(/^-+|-+$/g, '') || 'workspace';
      const taken = new Set(list().map((known) => known.folder));
      for (let number = 1; ; number++) {
        const folder = join(dataFolder, 'workspaces', number === 1 ? readable : `${readable}-${number}`);
        if (!taken.has(folder)) return folder;
      }
    },
  };
}
