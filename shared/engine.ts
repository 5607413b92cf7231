import type { FoldPorts } from './alerts/fold.ts';
import { checkInLevel } from './health/assess.ts';

/** What the rules need of other rooms: here alerts and health meet, for the live pipeline and the offline command alike. */
export const enginePorts: FoldPorts = { checkInLevel };
