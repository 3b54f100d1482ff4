/** Card: what the model is, what it learned from, how, its limits and the proofs that belong to it. */
import { Link } from '@tanstack/react-router';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { Column, Columns, Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { cardMessages } from './card-messages.ts';
import { CardTables, LeaderboardTable } from './card-tables.tsx';
import { ContinuedFrom } from './continued-from.tsx';
import { HonestScore } from './honest-score.tsx';
import classes from './models.module.css';

type Props = { readonly model: ModelDetail };
const tone = { info: 'info', warn: 'warn', block: 'bad' } as const;

/** The Card tab. */
export function CardTab(props: Props) {
  return (
    <>
      <Columns>
        <Column span={7}>
          <WhatItIs {...props} />
          <Data {...props} />
          <CardTables {...props} />
        </Column>
        <Column span={5}>
          <Training {...props} />
          <ContinuedFrom {...props} />
          <HonestScore {...props} />
          {props.model.origin == null ? <Findings {...props} /> : null}
          <Proof {...props} />
        </Column>
      </Columns>
      <LeaderboardTable {...props} />
    </>
  );
}

function useAnswer(model: ModelDetail): string {
  const t = useMessages(cardMessages);
  const { target } = model;
  if (model.task === 'binary') return t('answerBinary', { target, positive: model.positive ?? '' });
  return model.task === 'multiclass'
    ? t('answerMulticlass', { target, count: model.classes.length })
    : t('answerRegression', { target });
}

function WhatItIs(props: Props) {
  const t = useMessages(cardMessages);
  const { card, intervals } = props.model;
  const answer = useAnswer(props.model);
  return (
    <Section title={t('what')} plain>
      <Facts
        items={[
          { label: t('intendedUse'), value: card.intendedUse },
          { label: t('answer'), value: answer },
          ...(intervals === null
            ? []
            : [
                {
                  label: t('intervals'),
                  value: intervals.kind === 'refused' ? intervals.note : `${intervals.method}. ${intervals.note}`,
                },
              ]),
          {
            label: t('limits'),
            value:
              card.limits.length === 0 ? (
                t('noLimits')
              ) : (
                <ul className={classes.limits}>
                  {card.limits.map((limit) => (
                    <li key={limit}>{limit}</li>
                  ))}
                </ul>
              ),
          },
        ]}
      />
    </Section>
  );
}

function Data(props: Props) {
  const t = useMessages(cardMessages);
  const format = useFormat();
  const { model } = props;
  const { datasetId } = model;
  const version = t('datasetVersion', { name: model.datasetName, version: model.datasetVersion ?? 1 });
  return (
    <Section title={t('data')}>
      <Facts
        items={[
          {
            label: t('dataset'),
            value:
              datasetId === null ? (
                model.origin == null ? (
                  `${model.datasetName} ${t('datasetImported')}`
                ) : (
                  t('datasetUnknown')
                )
              ) : (
                <Link to="/data/$datasetId" params={{ datasetId }} className={classes.link ?? ''}>
                  {version}
                </Link>
              ),
          },
          ...(model.origin == null ? [{ label: t('rows'), value: format.integer(model.rows) }] : []),
          { label: t('columns'), value: format.integer(model.features) },
          { label: t('about'), value: model.card.data },
        ]}
      />
    </Section>
  );
}

function Training(props: Props) {
  const t = useMessages(cardMessages);
  const format = useFormat();
  const { model } = props;
  const { card, calibration, validation } = model;
  return (
    <Section title={t('training')} plain>
      <Facts
        items={[
          { label: t('how'), value: card.training },
          ...(model.origin != null
            ? []
            : [
                {
                  label: t('validation'),
                  value: t('validationText', {
                    kind: validation.kind,
                    folds: validation.folds,
                    reason: validation.reason,
                  }),
                },
                { label: t('trials'), value: format.integer(card.trials) },
                { label: t('stopped'), value: card.stopReason },
                { label: t('took'), value: format.duration(model.trainSeconds) },
                { label: t('seed'), value: <span className="mono">{card.seed}</span> },
              ]),
          ...(calibration === null
            ? []
            : [
                {
                  label: t('calibration'),
                  value: t('calibrationText', {
                    method: calibration.method,
                    before: format.percent(calibration.eceBefore, 2),
                    after: format.percent(calibration.ece.value, 2),
                    note: calibration.note,
                  }),
                },
              ]),
        ]}
      />
    </Section>
  );
}

function Findings(props: Props) {
  const t = useMessages(cardMessages);
  const { findings } = props.model;
  return (
    <Section title={t('findings')}>
      {findings.length === 0 ? <p className={classes.none}>{t('findingsNone')}</p> : null}
      <div className={classes.stack}>
        {findings.map((finding) => (
          <Notice key={`${finding.kind}-${finding.column}-${finding.message}`} tone={tone[finding.severity]}>
            {finding.message}
          </Notice>
        ))}
      </div>
    </Section>
  );
}

function Proof(props: Props) {
  const t = useMessages(cardMessages);
  const format = useFormat();
  const { model } = props;
  const { card, parity, origin } = model;
  const mono = (text: string) => <span className="mono">{text}</span>;
  return (
    <Section title={t('trust')}>
      <Facts
        items={[
          ...(origin == null
            ? []
            : [
                {
                  label: t('origin'),
                  value: t('originText', {
                    library: origin.library,
                    version: origin.version,
                    objective: origin.objective,
                    trees: origin.trees,
                  }),
                },
                {
                  label: t('verified'),
                  value:
                    origin.verified === null ? (
                      <Notice tone="warn">{t('notVerified')}</Notice>
                    ) : (
                      t('verifiedText', {
                        rows: origin.verified.rows,
                        error: format.significant(origin.verified.maxError, 2),
                      })
                    ),
                },
              ]),
          {
            label: t('parity'),
            value: t('parityText', { rows: parity.rows, error: format.significant(parity.maxError, 2) }),
          },
          { label: t('modelHash'), value: mono(card.modelSha256) },
          { label: t('packageHash'), value: mono(card.packageSha256) },
          { label: t('id'), value: mono(model.id) },
          { label: t('version'), value: t('versionText', { version: card.appVersion }) },
          { label: t('created'), value: format.dateTime(model.createdAt) },
        ]}
      />
    </Section>
  );
}
