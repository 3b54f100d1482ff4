/**
 * The failure vocabulary of Augury. Every expected failure is an `AuguryError` with one of the families below; anything
 * else that is thrown is a bug. Only the router turns errors into replies, and only the command line into exit codes.
 */

/** Families of expected failures, shared with the contract. */
export type ErrorFamily =
  | 'invalid-input' // the call itself is wrong: missing or contradictory options
  | 'data-problem' // the data is wrong: `details` names file, row and column where known
  | 'not-found'
  | 'conflict' // someone else owns it, or its state forbids the step
  | 'unsupported' // a format, version or feature this build cannot handle
  | 'resource' // memory, disk or permission: refused before or while running
  | 'numeric' // a computation left its domain
  | 'cancelled'
  | 'unauthorised'
  | 'bug'; // an invariant of ours broke

/** Safe, serialisable facts about a failure. Never raw cell values of users' data beyond the one the message quotes. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** An expected failure: `code` is stable and specific, `family` decides the exit code, `hint` says what to do. */
export class AuguryError extends Error {
  readonly family: ErrorFamily;
  readonly code: string;
  readonly hint: string;
  readonly details: ErrorDetails;

  constructor(
    family: ErrorFamily,
    code: string,
    message: string,
    options: { readonly hint?: string; readonly details?: ErrorDetails; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AuguryError';
    this.family = family;
    this.code = code;
    this.hint = options.hint ?? '';
    this.details = options.details ?? {};
  }
}

type Options = { readonly hint?: string; readonly details?: ErrorDetails; readonly cause?: unknown };

export const invalidInput = (code: string, message: string, options?: Options): AuguryError =>
  new AuguryError('invalid-input', code, message, options);
export const dataProblem = (code: string, message: string, options?: Options): AuguryError =>
  new AuguryError('data-problem', code, message, options);
export const notFound = (code: string, message: string, options?: Options): AuguryError =>
  new AuguryError('not-found', code, message, options);
export const conflict = (code: string, message: string, options?: Options): AuguryError =>
  new AuguryError('conflict', code, message, options);
export const unsupported = (code: string, message: string, options?: Options): AuguryError =>
  new AuguryError('unsupported', code, message, options);
export const resourceProblem = (code: string, message: string, options?: Options): AuguryError =>
  new AuguryError('resource', code, message, options);
export const cancelled = (message = 'The work was cancelled.'): AuguryError =>
  new AuguryError('cancelled', 'cancelled', message);

/** An invariant of ours is broken; never caught to continue. */
export const bug = (message: string, options?: Options): AuguryError => new AuguryError('bug', 'bug', message, options);

/** Exhaustiveness check for discriminated unions. */
export function assertNever(value: never): never {
  throw bug(`unexpected value ${String(value)}`);
}

/** Plain-data form of a failure, for job rows, worker messages and process boundaries. */
export type ErrorData = {
  readonly family: ErrorFamily;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly details: ErrorDetails;
};

/** Turns anything thrown into plain data; what is not ours becomes family `bug` with its message kept. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof AuguryError) {
    return { family: error.family, code: error.code, message: error.message, hint: error.hint, details: error.details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { family: 'bug', code: 'unexpected', message, hint: '', details: {} };
}

/** Rebuilds an error on the other side of a boundary. */
export function fromErrorData(data: ErrorData): AuguryError {
  return new AuguryError(data.family, data.code, data.message, { hint: data.hint, details: data.details });
}
