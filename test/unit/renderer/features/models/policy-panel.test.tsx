// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildPolicyForm, type PolicyForm } from '../../../../../renderer/features/models/policy-form.ts';
import { PolicyPanel } from '../../../../../renderer/features/models/policy-panel.tsx';
import { prepareDom } from '../../ui/dom.ts';

const start = buildPolicyForm({
  matrix: { truePositive: 90, falsePositive: -10, trueNegative: 0, falseNegative: 0 },
  valueColumn: null,
  capacityPerThousand: null,
  threshold: null,
  currency: 'EUR',
  action: 'Call',
});

function Panel(props: { readonly state: 'saved' | 'unsaved-saved' | 'unsaved-default'; readonly onSave: () => void }) {
  const [form, setForm] = useState<PolicyForm>(start);
  return (
    <MantineProvider env="test">
      <PolicyPanel
        form={form}
        onChange={setForm}
        positive="Yes"
        valueColumns={['charges']}
        state={props.state}
        saving={false}
        onSave={props.onSave}
        onReset={() => setForm(start)}
      />
    </MantineProvider>
  );
}

beforeAll(prepareDom);
afterEach(cleanup);

describe('F5 the money of the four outcomes', () => {
  it('complains in words when a field is left, not while it is typed', () => {
    render(<Panel state="unsaved-default" onSave={() => undefined} />);
    const field = screen.getByLabelText('Act, and it is Yes');
    fireEvent.change(field, { target: { value: 'ninety' } });
    expect(screen.queryByText(/Write a number/)).toBeNull();
    fireEvent.blur(field);
    expect(screen.getByText(/Write a number/)).toBeTruthy();
    const save = screen.getByRole<HTMLButtonElement>('button', { name: 'Save with the model' });
    expect(save.disabled).toBe(true);
  });

  it('warns when acting can never pay and takes the warning back', () => {
    render(<Panel state="unsaved-default" onSave={() => undefined} />);
    const field = screen.getByLabelText('Act, and it is Yes');
    fireEvent.change(field, { target: { value: '-5' } });
    expect(screen.getByText(/acting never pays/)).toBeTruthy();
    fireEvent.change(field, { target: { value: '1 250,50' } });
    expect(screen.queryByText(/acting never pays/)).toBeNull();
  });

  it('offers to save what is not saved, and nothing when it is', () => {
    let saved = 0;
    const { rerender } = render(<Panel state="unsaved-saved" onSave={() => saved++} />);
    fireEvent.click(screen.getByRole('button', { name: 'Save with the model' }));
    expect(saved).toBe(1);
    expect(screen.getByRole('button', { name: 'Discard changes' })).toBeTruthy();
    rerender(<Panel state="saved" onSave={() => saved++} />);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Saved' }).disabled).toBe(true);
  });
});
