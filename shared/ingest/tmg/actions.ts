/** What a firewall or web proxy row says was done, by its number in SQL logs. Text and W3C logs have the word. */
const WORDS = [
  'NotLogged',
  'Bind',
  'Listen',
  'GHBN',
  'GHBA',
  'Redirect_Bind',
  'Establish',
  'Terminate',
  'Denied',
  'Allowed',
  'Failed',
  'Intermediate',
  'Successful_Connection',
  'Unsuccessful_Connection',
  'Disconnection',
  'User_Cleared_Quarantine',
] as const;
export type Action = (typeof WORDS)[number];

/** How the console's log viewer writes some of them. */
const SHOWN: Readonly<Record<string, Action>> = {
  gethostbyname: 'GHBN',
  gethostbyaddr: 'GHBA',
  'initiated connection': 'Establish',
  'closed connection': 'Terminate',
  'denied connection': 'Denied',
  'allowed connection': 'Allowed',
  'failed connection attempt': 'Failed',
  'connection status': 'Intermediate',
  'initiated vpn connection': 'Successful_Connection',
  'failed vpn connection attempt': 'Unsuccessful_Connection',
  'closed vpn connection': 'Disconnection',
};

const byText = new Map<string, Action>(
  WORDS.flatMap((word, code) =>
    [word.toLowerCase(), word.toLowerCase().replaceAll('_', ' '), String(code)].map((text) => [text, word] as const),
  ),
);
for (const [text, word] of Object.entries(SHOWN)) byText.set(text, word);

/** The word for an action stated as word, number or viewer text, in any case; undefined for one that is none of ours. */
export const actionOf = (stated: string): Action | undefined => byText.get(stated) ?? byText.get(stated.toLowerCase());
