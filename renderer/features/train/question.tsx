/** The frame of a question: its number, its words, the answers and the reason for the proposed one. */
import type { ReactNode } from 'react';
import classes from './train.module.css';

/** One of the three questions. */
export function Question(props: { readonly number: number; readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.question} aria-label={props.title}>
      <span className={classes.number} aria-hidden>
        {props.number}
      </span>
      <div>
        <h2 className={classes.questionTitle}>{props.title}</h2>
        {props.children}
      </div>
    </section>
  );
}

/** The answers of a question side by side. */
export function Answers(props: { readonly children: ReactNode }) {
  return <div className={classes.answers}>{props.children}</div>;
}

/** One answer: a control with its label. `grow` takes what room is left. */
export function Answer(props: { readonly label?: string; readonly grow?: boolean; readonly children: ReactNode }) {
  return (
    <div className={classes.answer} data-grow={props.grow === true || undefined}>
      {props.label === undefined ? null : <span className={classes.answerLabel}>{props.label}</span>}
      {props.children}
    </div>
  );
}

/** Why an answer is proposed. */
export function Reason(props: { readonly children: ReactNode }) {
  return <p className={classes.reason}>{props.children}</p>;
}
