/** Turns whatever a call rejected with into what the error states show: what happened, what to do, details to copy. */
import { ORPCError } from '@orpc/client';

/** A failure ready to be shown. Empty `message` means the viewer words it (lost connection, unknown failure). */
export type Problem = {
  readonly message: string;
  readonly hint: string;
  readonly code: string;
  readonly family: string;
  readonly details: Readonly<Record<string, string>>;
  /** The host could not be reached: worth trying again. */
  readonly connection: boolean;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function detailsOf(data: object): Record<string, string> {
  const details: unknown = 'details' in data ? data.details : undefined;
  if (typeof details !== 'object' || details === null) return {};
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}

/** The family the host gave; a door that refused before the router ran is told by its status. */
function familyOf(status: number, code: string, data: object): string {
  if ('family' in data) return text(data.family);
  return status === 401 ? 'unauthorised' : code.toLowerCase().replaceAll('_', '-');
}

/** Never throws; reads typed contract errors, aborted calls and network failures. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ORPCError) {
    const data: unknown = error.data;
    const known: object = typeof data === 'object' && data !== null ? data : {};
    return {
      message: error.message,
      hint: 'hint' in known ? text(known.hint) : '',
      code: ('code' in known ? text(known.code) : '') || String(error.code),
      family: familyOf(error.status, error.code, known),
      details: detailsOf(known),
      connection: error.status === 502 || error.status === 503,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : '';
  const connection =
    error instanceof TypeError ||
    name === 'ConnectionLost' ||
    name === 'AbortError' ||
    /not open|closed|did not answer|failed to fetch/i.test(message);
  return { message: connection ? '' : message, hint: '', code: name, family: 'bug', details: {}, connection };
}

/** True when what a query showed is no longer there, deleted through this or another door. */
export const isGone = (query: { readonly isError: boolean; readonly error: unknown }): boolean =>
  query.isError && toProblem(query.error).family === 'not-found';

/** A job's stored error in the same shape. */
export function jobProblem(error: {
  readonly message: string;
  readonly hint: string;
  readonly code: string;
  readonly family: string;
  readonly details: object;
}): Problem {
  return { ...error, details: detailsOf(error), connection: false };
}
