import { AuguryError, cancelled, resourceProblem } from '../base/errors.ts';

/**
 * Turns failures of the operating system and of DuckDB into our vocabulary: a full disk, a folder that cannot be
 * written and exhausted memory are `resource` errors that say what to do; an interrupt is `cancelled`; anything we do
 * not recognise is passed on as it came.
 */
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const diskFull = /no space left|disk quota|not enough space|ENOSPC|max_temp_directory_size|exceeds? the maximum temp/i;
const notWritable = /read-only file system|permission denied|access is denied|EACCES|EROFS|EPERM/i;
const outOfMemory = /out of memory|could not allocate|failed to allocate|failed to pin/i;

/** The AuguryError for a failure while doing `what` ("writing the data set"), or the failure itself when it is none of those. */
export function storageFailure(error: unknown, what: string): unknown {
  if (error instanceof AuguryError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (/INTERRUPT/i.test(message) && /interrupted/i.test(message)) return cancelled();
  if (code === 'ENOSPC' || code === 'EDQUOT' || diskFull.test(message)) {
    return resourceProblem(
      'disk-full',
      `The disk is full: ${what} stopped, and nothing that was stored before changed.`,
      {
        hint: 'Free some space or move the workspace to a larger disk, then start again.',
        cause: error,
      },
    );
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || notWritable.test(message)) {
    return resourceProblem('not-writable', `No permission while ${what}.`, {
      hint: 'Check the permissions of the folder, or choose another one.',
      cause: error,
    });
  }
  if (outOfMemory.test(message)) {
    return resourceProblem('memory', `The memory granted to the data warehouse was not enough for ${what}.`, {
      hint: 'Raise the warehouse memory limit in the settings, or import fewer columns.',
      cause: error,
    });
  }
  return error;
}

/** Runs a step and translates what it throws with `storageFailure`. */
export async function guarded<T>(what: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw storageFailure(error, what);
  }
}

/** Runs a step on a source file; what is wrong with the file is told with its name in front. */
export async function namingFile<T>(name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AuguryError) || !aboutTheFile.has(error.family) || error.message.includes(name)) throw error;
    throw new AuguryError(error.family, error.code, `${name}: ${error.message}`, {
      hint: error.hint,
      details: { file: name, ...error.details },
      cause: error,
    });
  }
}

const aboutTheFile: ReadonlySet<string> = new Set(['data-problem', 'unsupported', 'not-found']);
