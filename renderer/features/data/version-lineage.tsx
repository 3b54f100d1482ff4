import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { orpc } from '../../client/client.ts';
import { saveBlob } from '../../client/save.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './quality.module.css';
import { versionsMessages } from './quality-messages.ts';

/** A version as the list of versions gives it. */
export type VersionItem = {
  readonly version: number;
  readonly hash: string;
  readonly rows: number;
  readonly columns: number;
  readonly sourceName: string;
  readonly createdAt: number;
  readonly parent?: number | null | undefined;
  readonly current?: boolean | undefined;
  readonly imported?: boolean | undefined;
  readonly steps?: readonly { readonly kind: string; readonly text: string }[] | undefined;
  readonly from?:
    | readonly { readonly datasetId: string; readonly name: string; readonly version: number }[]
    | undefined;
};

/** The versions from the source to `version`, oldest first. */
export function lineOf(items: readonly VersionItem[], version: number): readonly VersionItem[] {
  const line: VersionItem[] = [];
  let at = items.find((item) => item.version === version);
  while (at !== undefined && !line.includes(at)) {
    line.unshift(at);
    if (at.imported === true) break;
    const { parent } = at;
    at = parent == null ? undefined : items.find((item) => item.version === parent);
  }
  return line;
}

/** Where the version comes from: source, then each version with what was done on the way. */
export function Lineage(props: { readonly items: readonly VersionItem[]; readonly version: number }) {
  const t = useMessages(versionsMessages);
  const format = useFormat();
  const line = lineOf(props.items, props.version);
  const [first] = line;
  if (first === undefined) return null;
  return (
    <Section title={t('lineage')} hint={t('lineageHint')}>
      <ol className={classes.lineage}>
        <li className={classes.node}>
          <strong>{first.sourceName}</strong>
          <span className={classes.small}>{t('from')}</span>
        </li>
        {line.map((item) => (
          <Fragment key={item.version}>
            <li className={classes.arrow} aria-hidden>
              →
            </li>
            <li className={classes.node} data-current={item.version === props.version || undefined}>
              <strong>
                {t('version')} {format.integer(item.version)}
              </strong>
              <span className={classes.small}>
                {format.integer(item.rows)} × {format.integer(item.columns)}
              </span>
              {(item.steps ?? []).map((step) => (
                <span key={step.text} className={classes.small}>
                  {step.text.length > 160 ? `${step.text.slice(0, 159)}…` : step.text}
                </span>
              ))}
            </li>
          </Fragment>
        ))}
      </ol>
    </Section>
  );
}

/** What was done since the import, to read and to take along. */
export function Recipe(props: { readonly id: string; readonly version: number }) {
  const t = useMessages(versionsMessages);
  const recipe = useQuery(orpc.datasets.recipe.queryOptions({ input: { id: props.id, version: props.version } }));
  return (
    <QueryView query={recipe} skeleton={<SkeletonRows rows={3} />}>
      {(data) => {
        const file = `${data.name} recipe`;
        const save = (text: string, ending: string, type: string) =>
          saveBlob(new Blob([text], { type }), `${file}.${ending}`);
        const { steps } = data;
        return (
          <Section
            title={t('recipe')}
            hint={t('recipeHint')}
            actions={
              data.done.length === 0 ? undefined : (
                <span className={classes.tools}>
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => save(`${data.text}\n`, 'txt', 'text/plain')}
                  >
                    {t('saveText')}
                  </Button>
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() =>
                      save(`${JSON.stringify({ name: data.name, steps }, null, 2)}\n`, 'json', 'application/json')
                    }
                  >
                    {t('saveJson')}
                  </Button>
                </span>
              )
            }
          >
            {data.done.length === 0 ? (
              <p className={classes.line}>{t('recipeNone')}</p>
            ) : (
              <ol className={classes.steps}>
                {data.done.map((step) => (
                  <li key={`${step.version} ${step.text}`}>{step.text}</li>
                ))}
              </ol>
            )}
          </Section>
        );
      }}
    </QueryView>
  );
}
