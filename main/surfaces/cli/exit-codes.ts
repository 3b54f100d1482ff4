import { ORPCError } from '@orpc/client';
import { AuguryError, type ErrorFamily } from '../../base/errors.ts';
import { systemProblem } from '../../base/system-errors.ts';

/** Documented exit codes of the command line. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  usage: 2,
  data: 3,
  notFound: 4,
  resource: 5,
  cancelled: 6,
  rejects: 7,
} as const;

const byFamily: Record<ErrorFamily, number> = {
  'invalid-input': exitCodes.usage,
  'data-problem': exitCodes.data,
  'not-found': exitCodes.notFound,
  conflict: exitCodes.unexpected,
  unsupported: exitCodes.data,
  resource: exitCodes.resource,
  numeric: exitCodes.data,
  cancelled: exitCodes.cancelled,
  unauthorised: exitCodes.unexpected,
  bug: exitCodes.unexpected,
};

export type CliFailure = {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly details: unknown;
};

/** Exit code and words for anything a command threw. */
export function describeFailure(thrown: unknown): CliFailure {
  const error = systemProblem(thrown) ?? thrown;
  if (error instanceof AuguryError) {
    const { family, code, message, hint, details } = error;
    return { exitCode: byFamily[family], code, message, hint, details };
  }
  if (error instanceof ORPCError && isErrorData(error.data)) {
    const family = error.data.family in byFamily ? (error.data.family as ErrorFamily) : 'bug';
    return {
      exitCode: byFamily[family],
      code: error.data.code,
      message: error.message,
      hint: error.data.hint,
      details: error.data.details ?? {},
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: exitCodes.unexpected, code: 'unexpected', message, hint: '', details: {} };
}

function isErrorData(data: unknown): data is { family: string; code: string; hint: string; details?: unknown } {
  return typeof data === 'object' && data !== null && 'family' in data && 'code' in data && 'hint' in data;
}
