import { VisuallyHidden } from '@mantine/core';
import classes from './text.module.css';

/** Text this short keeps its sense when only its end gives way, and stays one piece for search and screen readers. */
const onePiece = 24;

/** Text that loses its middle when space is short, so that both ends stay readable; the whole is in the tooltip. */
export function MiddleTruncate(props: { readonly text: string; readonly tail?: number }) {
  const { text } = props;
  if (text.length <= onePiece) {
    return (
      <span className={`${classes.middle} ${classes.start}`} title={text}>
        {text}
      </span>
    );
  }
  const tail = Math.min(props.tail ?? 8, Math.floor(text.length / 2));
  const cut = text.length - tail;
  return (
    <span className={classes.middle} title={text}>
      <VisuallyHidden>{text}</VisuallyHidden>
      <span className={classes.start} aria-hidden>
        {text.slice(0, cut)}
      </span>
      <span className={classes.end} aria-hidden>
        {text.slice(cut)}
      </span>
    </span>
  );
}
