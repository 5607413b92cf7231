import type { Notification } from '../../model/notification.ts';
import type { Receiver } from '../receiver.ts';

/** Where a reader goes on from the message. */
export interface Links {
  /** Page or API address of the alert. */
  readonly alert?: string;
  readonly runbook?: string;
}

/** What goes over the wire. The body is signed as it stands, so nothing may touch it afterwards. */
export interface Rendering {
  readonly body: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A format of receivers: one file, one line in `index.ts`, one case table. Rendering is pure. */
export interface Channel {
  /** The name a receiver's `format` says. */
  readonly kind: string;
  readonly title: string;
  /** True when receivers of this format check signatures, so that one without a secret is a mistake. */
  readonly isSigned: boolean;
  render(notification: Notification, receiver: Receiver, links: Links): Rendering;
}
