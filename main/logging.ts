import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import type { LogFields, Logger } from './base/logger.ts';
import { systemProblem } from './base/system-errors.ts';

/**
 * JSON lines into a file of the workspace; paths, secrets and raw values never go in. Throws resource
 * `not-writable` or `disk-full` when the file cannot be made: it is the first that a workspace is asked to take.
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
    throw systemProblem(cause) ?? cause;
  }
}
