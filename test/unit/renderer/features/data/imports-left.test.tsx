// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { ORPCError } from '@orpc/client';
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ImportsLeft } from '../../../../../renderer/features/data/imports-left.tsx';
import { prepareDom } from '../../ui/dom.ts';

beforeAll(prepareDom);
afterEach(cleanup);

const show = (failed: readonly { readonly member: string; readonly error: unknown }[]) =>
  render(
    <MantineProvider env="test">
      <ImportsLeft started={3} failed={failed} />
    </MantineProvider>,
  );

describe('B1 the files of an archive that could not be imported', () => {
  it('are named, each with why and what to do', () => {
    const data = { hint: 'Free some space.' };
    show([
      { member: 'b.csv', error: new ORPCError('INSUFFICIENT_STORAGE', { message: 'The disk is full.', data }) },
      { member: 'd.csv', error: new TypeError('failed to fetch') },
    ]);
    const notice = within(screen.getByRole('alert'));
    notice.getByText(/^2 files of the archive could not be imported; 3 imports began\./);
    expect(notice.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
      'b.csv: The disk is full. Free some space.',
      'd.csv: Augury did not answer.',
    ]);
  });

  it('are not spoken of where there are none', () => {
    show([]);
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
