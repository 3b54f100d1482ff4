// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AgainstAll } from '../../../../../renderer/features/models/against-all.tsx';
import { prepareDom } from '../../ui/dom.ts';

beforeAll(prepareDom);
afterEach(cleanup);

describe('G3 each column against all others', () => {
  it('stands in a table of its own with its hint, in the order given, and a row opens its column', () => {
    const chosen: string[] = [];
    render(
      <MantineProvider env="test">
        <AgainstAll
          overall={[
            { column: 'tenure', h: 0.31, strength: 0.12 },
            { column: 'charges', h: 0.9, strength: 0.01 },
          ]}
          size={(value) => `${value * 100} points`}
          onChoose={(column) => chosen.push(column)}
        />
      </MantineProvider>,
    );
    expect(screen.getByText(/moves only together with others/)).toBeTruthy();
    const [, first, second] = screen.getAllByRole('row');
    expect(within(first).getByText('12 points')).toBeTruthy();
    expect(within(first).getByText('0.31')).toBeTruthy();
    fireEvent.click(second);
    expect(chosen).toEqual(['charges']);
  });
});
