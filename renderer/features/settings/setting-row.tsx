import type { ReactNode } from 'react';
import classes from './settings.module.css';

/** One setting: its word and a sentence at the left, the control at the right. */
export function SettingRow(props: { readonly label: string; readonly hint?: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={classes.row}>
      <div>
        <div className={classes.label}>{props.label}</div>
        {props.hint === undefined ? null : <div className={classes.hint}>{props.hint}</div>}
      </div>
      <div className={classes.control}>{props.children}</div>
    </div>
  );
}
