import type { Delivery, Receiver, Sender } from 'rhea';
import { message as amqpMessage, types } from './amqp.ts';
import type { Answer, Request } from './answer.ts';

/**
 * Serves requests that arrive on a link: the answer goes out on the connection's link that `reply_to` names, by its name or by its
 * target's address, as clients differ in this.
 */
export function serveRequests(link: Receiver, answer: (request: Request) => Answer): void {
  link.on('message', ({ message, delivery }: { message: Buffer; delivery: Delivery }) => {
    const request = amqpMessage.decode(message);
    delivery.accept();
    const reply = link.connection.find_sender(isNamed(request['reply_to']));
    if (reply === undefined) return;
    const { statusCode, description, condition, body } = answer({
      properties: request['application_properties'],
      body: request['body'],
    });
    reply.send({
      correlation_id: request['message_id'],
      application_properties: {
        'status-code': types.wrap_int(statusCode),
        'status-description': description,
        ...(condition === undefined ? {} : { 'error-condition': types.wrap_symbol(condition) }),
      },
      body: body ?? '',
    });
  });
}

const isNamed = (name: unknown) => (sender: Sender) => sender.name === name || sender.target?.address === name;
