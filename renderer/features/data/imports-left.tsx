import { toProblem } from '../../client/problem.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import classes from './import.module.css';
import { importMessages } from './import-messages.ts';

/** The files of an archive whose imports did not begin, with why; nothing where all did. */
export function ImportsLeft(props: {
  readonly started: number;
  readonly failed: readonly { readonly member: string; readonly error: unknown }[];
}) {
  const t = useMessages(importMessages);
  const { started, failed } = props;
  if (failed.length === 0) return null;
  const reasonOf = (error: unknown): string => {
    const { message, hint, connection } = toProblem(error);
    return connection ? t('leftUnreached') : [message, hint].filter((part) => part !== '').join(' ');
  };
  return (
    <Notice tone="bad" title={t('left', { count: failed.length, started })}>
      <ul className={classes.notes}>
        {failed.map(({ member, error }) => (
          <li key={member}>{t('leftWhy', { member, why: reasonOf(error) })}</li>
        ))}
      </ul>
    </Notice>
  );
}
