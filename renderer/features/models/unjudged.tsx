/** What Decide and Quality show for a model that brought no predictions to judge it by: an imported package. */
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { toProblem } from '../../client/problem.ts';
import { EmptyState, QueryView } from '../../ui/states.tsx';

/** A QueryView that meets "cannot be judged" calmly, as a state and not as a failure. */
export function JudgedView<T>(props: {
  readonly query: UseQueryResult<T, unknown>;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  const { query } = props;
  const problem = useMemo(() => (query.isError ? toProblem(query.error) : null), [query.isError, query.error]);
  if (problem?.family === 'unsupported') return <EmptyState title={problem.message} text={problem.hint} />;
  return (
    <QueryView query={query} skeleton={props.skeleton}>
      {props.children}
    </QueryView>
  );
}
