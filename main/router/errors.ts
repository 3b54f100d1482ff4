import { ValidationError } from '@orpc/contract';
import { ORPCError } from '@orpc/server';
import { AuguryError, type ErrorFamily } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { systemProblem } from '../base/system-errors.ts';

const codes: Record<ErrorFamily, { readonly code: string; readonly status: number }> = {
  'invalid-input': { code: 'INVALID_INPUT', status: 400 },
  unauthorised: { code: 'UNAUTHORISED', status: 401 },
  'not-found': { code: 'NOT_FOUND', status: 404 },
  conflict: { code: 'CONFLICT', status: 409 },
  unsupported: { code: 'UNSUPPORTED', status: 415 },
  'data-problem': { code: 'DATA_PROBLEM', status: 422 },
  numeric: { code: 'NUMERIC', status: 422 },
  cancelled: { code: 'CANCELLED', status: 499 },
  resource: { code: 'RESOURCE', status: 507 },
  bug: { code: 'INTERNAL_SERVER_ERROR', status: 500 },
};

/** Turns what a service threw into the contract's error; anything unexpected is logged and answered without detail. */
export function toContractError(thrown: unknown, logger: Logger, operation: string): unknown {
  if (thrown instanceof ORPCError) return thrown.code === 'BAD_REQUEST' ? invalidFields(thrown) : thrown;
  const error = systemProblem(thrown) ?? thrown;
  if (error instanceof AuguryError && error.family !== 'bug') {
    const { code, status } = codes[error.family];
    return new ORPCError(code, {
      status,
      defined: true,
      message: error.message,
      data: { family: error.family, code: error.code, hint: error.hint, details: error.details },
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  logger.error('unexpected error', { operation, message, stack: error instanceof Error ? (error.stack ?? '') : '' });
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    message: `Something unexpected went wrong in ${operation}: ${message}`,
    data: { family: 'bug', code: 'unexpected', hint: 'The log of the workspace has the details.', details: {} },
  });
}

/** A schema refusal names the fields in plain words. */
function invalidFields(error: ORPCError<string, unknown>): ORPCError<string, unknown> {
  const issues = error.cause instanceof ValidationError ? error.cause.issues : [];
  const named = issues.map((issue) => {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  return new ORPCError('INVALID_INPUT', {
    status: 400,
    defined: true,
    message: named.length === 0 ? error.message : `The input is not valid. ${named.join('; ')}.`,
    data: {
      family: 'invalid-input',
      code: 'schema',
      hint: 'Correct the named fields.',
      details: { fields: named },
    },
  });
}
