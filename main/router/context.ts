/** Who calls, through which door, in which workspace, with which rights. Surfaces make it; the router enforces it. */
export type Surface = 'ipc' | 'http' | 'cli' | 'in-process';
export type Permission = 'read' | 'write' | 'admin';

export type RouterContext = {
  /** Workspace to work in; null is the one the host was opened with. */
  readonly workspaceId: string | null;
  readonly surface: Surface;
  /** Short name for audit rows, e.g. `local-user`. */
  readonly actor: string;
  readonly permissions: readonly Permission[];
};
