import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import classes from './models.module.css';

/** A model's name above a column of figures: right-aligned, long names lose their middle. */
export function ModelHeader(props: { readonly name: string }) {
  return (
    <span className={classes.nameHeader}>
      <MiddleTruncate text={props.name} />
    </span>
  );
}
