import * as z from 'zod';

const certificate = z.object({
  notAfter: z.string().describe('End of validity, ISO 8601.'),
  notBefore: z.string().optional().describe('Start of validity, ISO 8601; without it the lifetime is unknown.'),
  thumbprint: z.string().optional().describe('SHA-1 or SHA-256 of the certificate; another one is a renewal.'),
  subject: z.string().optional(),
});

/**
 * A check-in of a Microsoft Tunnel server: one JSON record with every metric of the health page. Only `time` and `hostname`
 * are required; a metric that is missing or not of its type is `unknown` with a reason, never zero. Numbers may be text.
 */
export const checkInSchema = z
  .object({
    time: z.string().describe('When the server said so, ISO 8601 with zone.'),
    hostname: z.string().min(1).max(255).describe('Host name of the server; joins check-ins with its syslog.'),
    site: z.string().max(200).optional().describe('Site the server belongs to.'),
    activeConnections: z.coerce.number().nonnegative().optional().describe('Open client connections.'),
    throughput: z.coerce.number().nonnegative().optional().describe('Mbit/s.'),
    cpuUsage: z.coerce.number().nonnegative().optional().describe('Percent, average over 5 minutes.'),
    memoryUsage: z.coerce.number().nonnegative().optional().describe('Percent, average over 5 minutes.'),
    cpuCores: z.coerce.number().nonnegative().optional(),
    diskSpaceFree: z.coerce.number().nonnegative().optional().describe('Free disk space in GB.'),
    latency: z.coerce.number().nonnegative().optional().describe('Average latency in ms.'),
    managementAgentCertificate: certificate.optional(),
    tlsCertificate: certificate.optional(),
    tlsCertificateRevocation: z
      .enum(['not-revoked', 'revoked', 'could-not-be-checked', 'no-address'])
      .optional()
      .describe('`no-address`: the certificate names neither OCSP nor CRL; that is unknown, not a warning.'),
    internalNetworkAccess: z.enum(['reachable', 'unreachable', 'not-configured']).optional(),
    registryContactedAt: z.string().optional().describe('When the container registry was last reached, ISO 8601.'),
    serverVersion: z.string().max(200).optional().describe('Release of the server container.'),
    agentVersion: z.string().max(200).optional().describe('Release of the management agent.'),
    versionsBehind: z.coerce.number().int().nonnegative().optional().describe('Releases behind the current one.'),
    serverContainer: z.enum(['running', 'not-running']).optional(),
    serverConfiguration: z.enum(['applied', 'failed']).optional(),
    logsUploadedAt: z.string().optional().describe('When the server last uploaded its logs, ISO 8601.'),
  })
  .describe('Check-in of a Microsoft Tunnel server');

export type CheckIn = z.infer<typeof checkInSchema>;

/**
 * Attributes of a `server.checkin` fact: the fields above, flat. Times are `Timestamp` text. Absent = unknown.
 * The certificates become facts of their own (`certificate.seen`: notAfter, notBefore, thumbprint, subject) and are repeated
 * here as `managementAgentCertificateNotAfter` and `tlsCertificateNotAfter`. `invalidFields` names what had a wrong type.
 */
export type CheckInAttributes = Readonly<Record<string, string | number | boolean | null>>;
