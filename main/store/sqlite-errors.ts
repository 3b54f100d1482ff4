/** Turns SQLite's result codes into Augury's failures, each with what to do. The store itself stays as it was. */
import { AuguryError, bug, conflict, dataProblem, resourceProblem } from '../base/errors.ts';

const codeOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
};

/** Maps anything thrown by the driver; errors that are ours already pass through unchanged. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof AuguryError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return resourceProblem('disk-full', 'The disk that holds the workspace is full; nothing of this step was saved.', {
      hint: 'Free some space on that disk and try again. Everything saved before is intact.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return resourceProblem('workspace-read-only', 'The workspace folder cannot be written to.', {
      hint: 'Give your user write permission on the folder, or choose another one with --workspace.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return dataProblem('store-damaged', `The workspace's store (augury.db) is damaged: ${message}.`, {
      hint: 'Copy the newest file from the folder backups/ over augury.db, or restore the workspace from your own backup.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CANTOPEN')) {
    return resourceProblem('store-cannot-open', 'The workspace store (augury.db) cannot be opened.', {
      hint: 'Check that the folder exists, that it is writable and that augury.db is a file.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return resourceProblem('disk-error', `The disk reported an error (${code}); nothing of this step was saved.`, {
      hint: 'Check the disk and its free space, then try again.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return conflict('store-busy', 'Another program holds the workspace store.', {
      hint: 'Close the other program that uses this workspace and try again.',
      cause: error,
    });
  }
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    const column = message.replace(/^.*failed: /, '');
    return conflict('already-exists', `There is already an entry with this ${column}.`, {
      hint: 'Choose another name.',
      details: { column },
      cause: error,
    });
  }
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') {
    return conflict('still-referenced', 'Something else still refers to this entry, or what it refers to is gone.', {
      hint: 'Remove what depends on it first.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_')) return bug(`store: ${message} (${code})`, { cause: error });
  return error;
}
