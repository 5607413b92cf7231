import { describe, expect, it } from 'vitest';
import { admit } from '../../../infra/local/broker/admission.ts';

const reader = (epoch: number | undefined, name = 'present') => ({ name, epoch });
const fourPlain = [1, 2, 3, 4].map((number) => reader(undefined, `reader ${number}`));

describe('admit', () => {
  it.each([
    { name: 'alone', present: [], epoch: undefined, pushedOut: 0 },
    { name: 'alone with an epoch', present: [], epoch: 0, pushedOut: 0 },
    { name: 'beside others without an epoch', present: fourPlain, epoch: undefined, pushedOut: 0 },
    { name: 'with an epoch where none has one', present: fourPlain, epoch: 0, pushedOut: 4 },
    { name: 'with an equal epoch', present: [reader(1)], epoch: 1, pushedOut: 1 },
    { name: 'with a higher epoch', present: [reader(1)], epoch: 2, pushedOut: 1 },
  ])('lets a reader in $name', ({ present, epoch, pushedOut }) => {
    const admitted = admit(present, reader(epoch, 'newcomer'));
    expect(admitted).toEqual({ ok: true, value: pushedOut === 0 ? [] : present });
  });

  it.each([
    { name: 'with a lower epoch', present: [reader(2)], epoch: 1, condition: 'amqp:link:stolen' },
    {
      name: 'without an epoch where one has one',
      present: [reader(0)],
      epoch: undefined,
      condition: 'amqp:link:stolen',
    },
    {
      name: 'as the sixth without an epoch',
      present: [...fourPlain, reader(undefined)],
      epoch: undefined,
      condition: 'amqp:resource-limit-exceeded',
    },
  ])('refuses a reader $name', ({ present, epoch, condition }) => {
    expect(admit(present, reader(epoch, 'newcomer'))).toMatchObject({ ok: false, error: { condition } });
  });
});
