import type { Cell } from '../../../main/contract/common.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';

/** A value of the data, or that it is missing. */
export function CellText({ value }: { readonly value: Cell }) {
  const t = useMessages(recipesMessages);
  const format = useFormat();
  if (value === null) return <span className={classes.missing}>{t('missingValue')}</span>;
  return <span>{typeof value === 'number' ? format.plain(value) : String(value)}</span>;
}
