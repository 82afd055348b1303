import { demoSeed } from '@chatgate/meta-emulator';
import { DEMO_ADMIN, type DemoSettings } from './settings.ts';

/** What a newcomer needs to know, and nothing else. */
export function welcome(
  { port, emulatorPort, samplePort, dataDir }: DemoSettings,
  { isConnected }: { isConnected: boolean },
): string {
  const { apps, people } = demoSeed();
  const [app] = apps;
  const [first, second] = people;
  return `
Chatgate runs.

  Admin            http://127.0.0.1:${port}    sign in as ${DEMO_ADMIN.email}, password ${DEMO_ADMIN.password}
  Meta emulator    http://localhost:${emulatorPort}
  Sample endpoint  http://127.0.0.1:${samplePort}

Try it:

  1. In the admin press "Add"; name the gateway, App ID ${app?.id}, App secret ${app?.secret}, "Save".
  2. Tab "Facebook pages": "Add or Remove Pages"; log in as ${first?.email}, password ${first?.password}
     (again with ${second?.email}, password ${second?.password}: some Pages have two administrators).
  3. Turn on the switch "Webhook subscription" of a Page and press "Save".
  4. Click the name of that Page, press "Message", write something, and open "Conversations" in the admin.
  5. ${
    isConnected
      ? 'It has left for the sample endpoint as well: its page shows it, with the signature checked.'
      : `The sample endpoint gets nothing yet: in "Destinations" add http://127.0.0.1:${samplePort}/hook.`
  }

Data and logs are in ${dataDir}. Ctrl-C stops everything.
`;
}
