import { app } from '@azure/functions';
import { getHub, getPipeline } from '../shared/app.ts';
import { MINUTE } from '../shared/model/time.ts';
import { turnClock } from '../shared/pipeline/clock.ts';
import { fanOutLost } from '../shared/pipeline/fan-out.ts';
import { followArchive, listArchives, wakeIdle } from '../shared/pipeline/follow.ts';
import type { Pipeline } from '../shared/pipeline/pipeline.ts';
import { retain } from '../shared/pipeline/retention.ts';
import { watchHub } from '../shared/pipeline/watch-hub.ts';

/**
 * What no record announces. A timer runs once across instances and may be late; each turn looks at what is due by now, so a
 * missed turn is made up for by the next.
 */
export const TIMERS: Readonly<
  Record<string, { readonly schedule: string; readonly run: (pipeline: Pipeline) => Promise<unknown> }>
> = {
  /** Conditions found by the clock, repeats, retries: whatever is due. */
  clock: { schedule: '*/15 * * * * *', run: (pipeline) => turnClock(pipeline, pipeline.now() + 2 * MINUTE) },
  /** Archive blobs that grow. */
  follow: { schedule: '5/20 * * * * *', run: (pipeline) => followArchive(pipeline, pipeline.now() + MINUTE) },
  /** The stream's lag and watermark, and gaps to be read again. */
  hub: {
    schedule: '15/20 * * * * *',
    run: async (pipeline) => {
      const hub = await getHub();
      if (hub !== null) await watchHub(pipeline, hub, pipeline.now() + MINUTE);
    },
  },
  /** Work whose wake-up was lost, and entities that a threshold change has not reached. */
  'lost-wakeups': {
    schedule: '10/30 * * * * *',
    run: async (pipeline) => {
      await wakeIdle(pipeline);
      await fanOutLost(pipeline);
    },
  },
  /** New resources, missed events, closed blobs that have grown. */
  listing: { schedule: '0 7 * * * *', run: listArchives },
  /** What is older than it may be kept. */
  retention: { schedule: '0 23 3 * * *', run: retain },
};

for (const [name, { schedule, run }] of Object.entries(TIMERS)) {
  app.timer(name, { schedule, handler: async () => void (await run(await getPipeline())) });
}
