import classes from './text.module.css';

/** Text that loses its middle when space is short, so that both ends stay readable; the whole is in the tooltip. */
export function MiddleTruncate(props: { readonly text: string; readonly tail?: number }) {
  const tail = Math.min(props.tail ?? 8, Math.floor(props.text.length / 2));
  const cut = props.text.length - tail;
  return (
    <span className={classes.middle} title={props.text}>
      <span className={classes.start}>{props.text.slice(0, cut)}</span>
      <span className={classes.end}>{props.text.slice(cut)}</span>
    </span>
  );
}
