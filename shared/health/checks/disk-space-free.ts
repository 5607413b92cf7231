import { editableCheck } from '../kinds/measure.ts';

export const diskSpaceFree = editableCheck('diskSpaceFree', {
  warning: 'The disk is filling up. Remove old logs and unused container images, or enlarge the disk.',
  unhealthy:
    'The disk is nearly full: logs and updates will fail. Remove old logs and unused container images, or enlarge it.',
});
