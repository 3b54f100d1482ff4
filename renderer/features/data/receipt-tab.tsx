import { useQuery } from '@tanstack/react-query';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { orpc } from '../../client/client.ts';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { ReceiptView } from './receipt-view.tsx';

/** The receipt of the version that is shown. */
export function ReceiptTab(props: { readonly dataset: DatasetDetail }) {
  const { id, version } = props.dataset;
  const receipt = useQuery(orpc.datasets.receipt.queryOptions({ input: { id, version } }));
  return (
    <QueryView query={receipt} skeleton={<SkeletonRows />}>
      {(data) => <ReceiptView receipt={data} />}
    </QueryView>
  );
}
