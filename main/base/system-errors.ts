/** Failures of the operating system that are nobody's bug, in our vocabulary. */
import { type AuguryError, resourceProblem } from './errors.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The expected failure behind a system error: a full disk, a place that may not be written to, too many open files; else null. */
export function systemProblem(error: unknown): AuguryError | null {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return resourceProblem('disk-full', 'The disk is full; nothing of this step was kept.', {
        hint: 'Free some space on that disk and try again. Everything saved before is intact.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return resourceProblem('not-writable', 'A file or folder that is needed cannot be read or written to.', {
        hint: 'Give your user the right to read and write in the workspace folder, or choose another one with --workspace.',
        cause: error,
      });
    case 'EMFILE':
    case 'ENFILE':
      return resourceProblem('too-many-files', 'Too many files are open on this machine.', {
        hint: 'Close other programs, or raise the limit of open files, and try again.',
        cause: error,
      });
    default:
      return null;
  }
}
