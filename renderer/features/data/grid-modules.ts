/** The parts of AG Grid that are used, registered once, and its look from the window's own variables. */
import {
  CellStyleModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  InfiniteRowModelModule,
  LocaleModule,
  ModuleRegistry,
  RowApiModule,
  ScrollApiModule,
  themeQuartz,
} from 'ag-grid-community';

ModuleRegistry.registerModules([
  CellStyleModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  InfiniteRowModelModule,
  LocaleModule,
  RowApiModule,
  ScrollApiModule,
]);

/** Height of a row in pixels. */
export const rowHeight = 28;

/** The grid's look; both schemes come through the variables. */
export const gridTheme = themeQuartz.withParams({
  backgroundColor: 'var(--aug-body)',
  foregroundColor: 'var(--aug-text)',
  accentColor: 'var(--aug-accent)',
  borderColor: 'var(--aug-hairline)',
  browserColorScheme: 'inherit',
  headerBackgroundColor: 'var(--aug-sunken)',
  headerTextColor: 'var(--aug-text)',
  headerFontWeight: 500,
  headerHeight: 56,
  rowHeight,
  fontFamily: 'inherit',
  fontSize: 12.5,
  cellFontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
  dataFontSize: 12,
  spacing: 6,
  cellHorizontalPadding: 10,
  wrapperBorder: { color: 'var(--aug-hairline)' },
  wrapperBorderRadius: 4,
  oddRowBackgroundColor: 'var(--aug-body)',
  columnBorder: { color: 'var(--aug-hairline)' },
  headerColumnBorder: { color: 'var(--aug-hairline)' },
  rowBorder: { color: 'var(--aug-hairline)' },
  focusShadow: 'none',
});
