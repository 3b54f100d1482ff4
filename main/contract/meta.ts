import { oc } from '@orpc/contract';
import * as z from 'zod';

/** What the router enforces for an operation, on every surface. */
export type OperationMeta = {
  /** `read` looks, `write` changes the workspace, `admin` changes the installation or the machine. */
  readonly permission: 'read' | 'write' | 'admin';
  /** True when the change is captured and can be reversed with `system.undo`. */
  readonly undo: boolean;
  /** True when the call appends to the audit log. */
  readonly audit: boolean;
  /** Where the operation is offered. */
  readonly surfaces: readonly ('ipc' | 'http' | 'cli' | 'in-process')[];
};

const everywhere = ['ipc', 'http', 'cli', 'in-process'] as const;

export const reading: OperationMeta = { permission: 'read', undo: false, audit: false, surfaces: everywhere };
export const starting: OperationMeta = { permission: 'write', undo: false, audit: true, surfaces: everywhere };
export const changing: OperationMeta = { permission: 'write', undo: true, audit: true, surfaces: everywhere };

/** What every typed error carries beside its message. */
export const errorData = z.object({
  family: z.string(),
  code: z.string(),
  hint: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
});
export type ErrorReply = z.infer<typeof errorData>;

/** The families of main/base/errors.ts as contract errors; the code is the family in capitals. */
export const contractErrors = {
  INVALID_INPUT: { status: 400, data: errorData },
  UNAUTHORISED: { status: 401, data: errorData },
  NOT_FOUND: { status: 404, data: errorData },
  CONFLICT: { status: 409, data: errorData },
  UNSUPPORTED: { status: 415, data: errorData },
  DATA_PROBLEM: { status: 422, data: errorData },
  NUMERIC: { status: 422, data: errorData },
  CANCELLED: { status: 499, data: errorData },
  RESOURCE: { status: 507, data: errorData },
} as const;

/** The builder every noun starts from. */
export const base = oc.$meta<OperationMeta>(reading).errors(contractErrors);
