/** A live answer: asked a moment after the last change, the question before is taken back, the last answer stays until the next. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Cell } from '../../../main/contract/common.ts';
import { orpc } from '../../client/client.ts';

const pauseMs = 60;

/** Predicts a row without recording it. Pass null to ask nothing. */
export function usePrediction(modelId: string, row: Readonly<Record<string, Cell>> | null) {
  const key = row === null ? '' : JSON.stringify(row);
  const [settled] = useDebouncedValue(key, pauseMs);
  const asked: Record<string, Cell> = settled === '' ? {} : (JSON.parse(settled) as Record<string, Cell>);
  const query = useQuery(
    orpc.predictions.one.queryOptions({
      input: { modelId, row: asked, record: false },
      enabled: settled !== '',
      placeholderData: settled === '' ? undefined : keepPreviousData,
      staleTime: 0,
      gcTime: 60_000,
    }),
  );
  return { query, stale: settled !== key || query.isPlaceholderData };
}
