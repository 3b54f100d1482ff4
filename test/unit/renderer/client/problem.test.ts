import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { jobProblem, toProblem } from '../../../../renderer/client/problem.ts';

describe('errors as the window shows them', () => {
  it('reads the typed errors of the contract', () => {
    const problem = toProblem(
      new ORPCError('DATA_PROBLEM', {
        status: 422,
        message: 'Line 40 of amb.csv has 3 fields instead of 6.',
        data: {
          family: 'data-problem',
          code: 'ragged-row',
          hint: 'Fix the line.',
          details: { line: 40, columns: ['a', 'b'] },
        },
      }),
    );
    expect(problem).toEqual({
      message: 'Line 40 of amb.csv has 3 fields instead of 6.',
      hint: 'Fix the line.',
      code: 'ragged-row',
      family: 'data-problem',
      details: { line: '40', columns: 'a, b' },
      connection: false,
    });
  });

  it('tells a lost connection from a failure', () => {
    expect(toProblem(new TypeError('Failed to fetch')).connection).toBe(true);
    expect(toProblem(new Error('boom')).connection).toBe(false);
    expect(toProblem(new Error('boom')).message).toBe('boom');
  });

  it('takes anything that was thrown', () => {
    expect(toProblem('text').message).toBe('text');
    expect(toProblem(null).message).toBe('null');
    expect(toProblem(new ORPCError('NOT_FOUND')).family).toBe('not-found');
    expect(toProblem(new ORPCError('MALFORMED_ORPC_ERROR_RESPONSE', { status: 401 })).family).toBe('unauthorised');
  });

  it('reads the stored error of a job', () => {
    const problem = jobProblem({ message: 'm', hint: 'h', code: 'c', family: 'f', details: { row: 3 } });
    expect(problem.details).toEqual({ row: '3' });
  });
});
