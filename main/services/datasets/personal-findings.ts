import type { Finding } from '../../contract/datasets.ts';
import type { PiiColumn } from '../../contract/privacy.ts';
import type { Version } from '../../warehouse/types.ts';

const kindWords: Readonly<Record<PiiColumn['kind'], string>> = {
  email: 'e-mail addresses',
  phone: 'phone numbers',
  card: 'payment card numbers',
  iban: 'bank account numbers',
  ip: 'IP addresses',
  'given-name': 'given names',
  'family-name': 'family names',
  name: 'names of people',
  'national-id': 'national identity numbers',
  'birth-date': 'dates of birth',
  address: 'addresses',
  postcode: 'postcodes of people',
  passport: 'passport numbers',
  licence: 'driving licence numbers',
  'free-text': 'personal data inside texts',
};

/**
 * Findings on personal data in a stored version. A cleaning step takes the column out of the table and of what is trained;
 * the bytes that were imported still hold it, which the message says.
 */
export const personalFindings = (found: readonly PiiColumn[], version: Version): Finding[] =>
  found.map(({ column, kind, evidence }) => ({
    kind: 'pii',
    column,
    severity: 'warn',
    count: null,
    message:
      `Holds ${kindWords[kind]}: ${evidence} ` +
      (version.source.file === null
        ? 'The version it was made from holds them in clear.'
        : 'The kept copy of the file holds them in clear too.') +
      ' Masking the data set covers the column and erases what came before for good.',
    ...(version.columns.length > 1
      ? {
          fix: {
            text: `Leave "${column}" out of the table`,
            steps: [{ kind: 'drop-columns' as const, columns: [column] }],
          },
        }
      : {}),
  }));
