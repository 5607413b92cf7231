import type { Channel } from './channel.ts';
import { native } from './native.ts';

/** Every receiver format. */
export const CHANNELS: readonly [Channel, ...Channel[]] = [native];

/** The channel of a format; undefined when a stored receiver names one that is no longer here. */
export const channelOf = (kind: string): Channel | undefined => CHANNELS.find((channel) => channel.kind === kind);
