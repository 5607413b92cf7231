import { factMillis } from '../../model/fact.ts';
import { ok } from '../../model/result.ts';
import { defineCheck } from '../check.ts';
import { judgeAge } from '../kinds/age.ts';

/**
 * Offline is not down: a silent agent while clients are served is a known issue of the product, so it is a warning as long
 * as session or access records of the server came within `servingMs`.
 */
export const lastCheckIn = defineCheck({
  id: 'lastCheckIn',
  title: 'Last check-in',
  unit: 'min',
  ownRule: true,
  remedies: {
    warning:
      'The agent does not report, but clients are served. When Intune says offline too, reinstall Microsoft Tunnel, which enrols the agent again, and install updates soon after release; when only this collector is silent, look at the shipper.',
    unhealthy:
      'Neither check-ins nor client traffic arrive: see that the server and its network are up. When Intune says offline too, reinstall Microsoft Tunnel, which enrols the agent again; when only this collector is silent, look at the shipper.',
    unknown: 'This server never checked in here. See that its check-ins are sent.',
  },
  judge(checkIn, { nowMs, lastServedMs, settings }) {
    const verdict = judgeAge('last check-in', nowMs - factMillis(checkIn), settings.checkInMs, 'now');
    const serving = lastServedMs !== undefined && nowMs - lastServedMs <= settings.servingMs;
    if (verdict.state !== 'unhealthy' || !serving) return ok(verdict);
    return ok({ ...verdict, state: 'warning', reason: 'agent not reporting, tunnel serving' });
  },
});
