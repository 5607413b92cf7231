import { ok } from '../../model/result.ts';
import { defineCheck } from '../check.ts';
import { readNumber } from '../reading.ts';

/** Informative: no rate is good or bad by itself, so it has no bound. */
export const throughput = defineCheck({
  id: 'throughput',
  title: 'Throughput',
  unit: 'Mbit/s',
  remedies: {},
  judge(checkIn) {
    const reading = readNumber(checkIn, 'throughput');
    if (!reading.ok) return reading;
    return ok({ state: 'healthy', value: reading.value, threshold: null, reason: 'informative, has no bound' });
  },
});
