import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import { resourceProblem } from './base/errors.ts';
import type { LogFields, Logger } from './base/logger.ts';

/**
 * JSON lines into a file of the workspace; paths, secrets and raw values never go in. Throws resource
 * `workspace-read-only` or `disk-full` when the file cannot be made: it is the first that a workspace is asked to take.
 */
export function fileLogger(
  file: string,
  level: 'debug' | 'info' | 'warn' = 'info',
): Logger & { readonly close: () => void } {
  const destination = openDestination(file);
  // A line that a full disk does not take is lost; the program is not.
  destination.on('error', () => {});
  const wrap = (inner: pino.Logger): Logger => ({
    debug: (message, fields) => inner.debug(fields ?? {}, message),
    info: (message, fields) => inner.info(fields ?? {}, message),
    warn: (message, fields) => inner.warn(fields ?? {}, message),
    error: (message, fields) => inner.error(fields ?? {}, message),
    child: (fields: LogFields) => wrap(inner.child(fields)),
  });
  return { ...wrap(pino({ level, base: null }, destination)), close: () => destination.end() };
}

function openDestination(file: string): ReturnType<typeof pino.destination> {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return pino.destination({ dest: file, sync: true, append: true });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw resourceProblem('disk-full', 'The disk that holds the workspace is full.', {
        hint: 'Free some space on that disk and try again. Everything saved before is intact.',
        cause,
      });
    }
    throw resourceProblem('workspace-read-only', 'The workspace folder cannot be written to.', {
      hint: 'Give your user write permission on the folder, or choose another one with --workspace.',
      cause,
    });
  }
}
