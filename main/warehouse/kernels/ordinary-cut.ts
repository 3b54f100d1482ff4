import type { Cut } from '../csv/field-marks.ts';

/** The byte of an ASCII sign; 256, which no byte is, for none and for longer texts. */
export const byteOf = (sign: string | null): number => (sign?.length === 1 ? sign.charCodeAt(0) : 256);

/** Whether the kernels cut what the splitter cuts: one ASCII character between fields, quotes doubled, no remarks. */
export const isOrdinaryCut = ({ delimiter, quote, escape: escaping, blanks, fixed, comment }: Cut): boolean =>
  byteOf(delimiter) < 128 &&
  !'\0\n\r"'.includes(delimiter) &&
  delimiter !== quote &&
  (quote === null || (byteOf(quote) < 128 && escaping === 'doubled')) &&
  blanks !== true &&
  fixed === undefined &&
  (comment ?? '') === '';
