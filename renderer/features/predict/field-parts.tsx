/** What all controls of the form share: their contract, their label, their hint below. */
import type { ReactNode } from 'react';
import type { Cell } from '../../../main/contract/common.ts';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import type { FormField } from './form-fields.ts';
import classes from './predict.module.css';

/** A control shows one column's value and tells when it changes; null is missing. */
export type FieldProps = {
  readonly field: FormField;
  readonly value: Cell;
  readonly onChange: (value: Cell) => void;
};

/** Label, input, hint, complaint: from top to bottom. */
export const fieldOrder = ['label', 'input', 'description', 'error'] as const;

/** The column's name; long names lose their middle. */
export function FieldLabel(props: { readonly field: FormField }) {
  return (
    <span className={classes.label}>
      <MiddleTruncate text={props.field.name} />
    </span>
  );
}

/** The line below a control. */
export function FieldHint(props: { readonly warn?: boolean; readonly children: ReactNode }) {
  return (
    <span className={classes.hint} data-tone={props.warn === true ? 'warn' : undefined}>
      {props.children}
    </span>
  );
}
