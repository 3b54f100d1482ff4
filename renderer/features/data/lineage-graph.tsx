/** The lineage as a graph: sources at the left, the version shown at the right; every version opens. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import type { VersionLineage } from '../../../main/contract/cleaning.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './lineage.module.css';
import { layoutLineage } from './lineage-layout.ts';
import { versionsMessages } from './quality-messages.ts';

const size = { width: 204, height: 70, across: 44, down: 14 } as const;

type Node = VersionLineage['nodes'][number];

export function Lineage(props: { readonly id: string; readonly version: number }) {
  const t = useMessages(versionsMessages);
  const lineage = useQuery(orpc.datasets.lineage.queryOptions({ input: { id: props.id, version: props.version } }));
  return (
    <Section title={t('lineage')} hint={t('lineageHint')}>
      <QueryView query={lineage} skeleton={<SkeletonRows rows={3} />}>
        {(graph) => <Graph graph={graph} />}
      </QueryView>
    </Section>
  );
}

function Graph({ graph }: { readonly graph: VersionLineage }) {
  const t = useMessages(versionsMessages);
  const view = useRef<HTMLElement>(null);
  const places = layoutLineage(graph);
  const [shown] = graph.nodes;
  // A long line begins at its end: the version that is shown.
  useLayoutEffect(() => {
    if (view.current !== null) view.current.scrollLeft = view.current.scrollWidth;
  }, []);
  const at = (key: string): { readonly x: number; readonly y: number } => {
    const { column, row } = places.get(key) ?? { column: 0, row: 0 };
    return { x: column * (size.width + size.across), y: row * (size.height + size.down) };
  };
  const all = graph.nodes.map(({ key }) => at(key));
  const width = Math.max(...all.map(({ x }) => x)) + size.width;
  const height = Math.max(...all.map(({ y }) => y)) + size.height;
  // In the order of reading: from the sources on, column by column.
  const inOrder = [...graph.nodes].sort((a, b) => at(a.key).x - at(b.key).x || at(a.key).y - at(b.key).y);
  const nameOf = (key: string): string => {
    const node = graph.nodes.find((each) => each.key === key);
    return node === undefined ? '' : node.version === undefined ? node.name : `${node.name} ${node.version}`;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section ref={view} className={classes.view} tabIndex={0} aria-label={t('lineage')}>
      <div className={classes.plane} style={{ width, height }}>
        <svg className={classes.lines} width={width} height={height} aria-hidden="true">
          {graph.edges.map(({ from, to }) => {
            const [a, b] = [at(from), at(to)];
            const [x, y, u, v] = [a.x + size.width, a.y + size.height / 2, b.x, b.y + size.height / 2];
            const middle = (x + u) / 2;
            return <path key={`${from} ${to}`} d={`M${x},${y} C${middle},${y} ${middle},${v} ${u},${v}`} />;
          })}
        </svg>
        <ol className={classes.nodes}>
          {inOrder.map((node) => {
            const { x, y } = at(node.key);
            return (
              <li
                key={node.key}
                className={classes.place}
                style={{ left: x, top: y, width: size.width, height: size.height }}
              >
                <NodeBox
                  node={node}
                  isShown={node.key === shown?.key}
                  from={graph.edges.filter(({ to }) => to === node.key).map(({ from }) => nameOf(from))}
                />
              </li>
            );
          })}
        </ol>
      </div>
    </section>
  );
}

function NodeBox(props: { readonly node: Node; readonly isShown: boolean; readonly from: readonly string[] }) {
  const t = useMessages(versionsMessages);
  const format = useFormat();
  const { node, isShown, from } = props;
  const { datasetId, version, rows = 0, columns = 0 } = node;
  const steps = node.steps.map(({ text }) => text);
  const [first] = steps;
  const title = [...(from.length === 0 ? [] : [t('madeFrom', { from: from.join(', ') })]), ...steps].join('\n');
  const body = (
    <>
      <strong className={classes.name}>{node.name}</strong>
      <span className={classes.small}>
        {version === undefined
          ? t('from')
          : `${t('version')} ${format.integer(version)} · ${format.integer(rows)} × ${format.integer(columns)}`}
      </span>
      {node.gone === true ? <span className={classes.small}>{t('gone')}</span> : null}
      {first === undefined || node.gone === true ? null : (
        <span className={classes.step}>
          {steps.length === 1 ? first : t('stepsMore', { first, more: steps.length - 1 })}
        </span>
      )}
    </>
  );
  const look = {
    className: classes.node ?? '',
    'data-shown': isShown || undefined,
    'data-kind': node.kind,
    title,
  };
  if (datasetId === undefined || version === undefined || node.gone === true) return <div {...look}>{body}</div>;
  return (
    <Link
      {...look}
      to="/data/$datasetId"
      params={{ datasetId }}
      search={{ version, tab: 'versions' }}
      aria-current={isShown ? 'true' : undefined}
    >
      {body}
    </Link>
  );
}
