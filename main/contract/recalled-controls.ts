/** What of how a text is read may be recalled from the last import, or found out anew. */
export const recalledControls = [
  'delimiter',
  'quote',
  'escape',
  'encoding',
  'decimal',
  'dateOrder',
  'headerRows',
  'table',
  'comment',
] as const;
