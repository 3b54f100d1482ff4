import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { saveBlob } from '../../client/save.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './quality.module.css';
import { versionsMessages } from './quality-messages.ts';

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
