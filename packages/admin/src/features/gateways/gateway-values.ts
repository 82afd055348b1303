import type { CreateGateway, Gateway, UpdateGateway } from '@chatgate/contract';

/** What the General tab holds while it is edited. `appSecret` undefined: the present one is kept. */
export interface GatewayValues {
  readonly name: string;
  readonly appId: string;
  readonly appSecret: string | undefined;
  readonly apiVersion: string;
  readonly loginConfigId: string;
  readonly findBusinessPages: boolean;
  readonly importMissedMessages: boolean;
  readonly subscribeNewPages: boolean;
  /** Days; empty is the default of this installation. */
  readonly keepEventsDays: string;
  /** Days; empty is until they are deleted. */
  readonly keepConversationsDays: string;
  readonly humanAgent: boolean;
}

export type FieldProblem =
  | 'form.needName'
  | 'form.needAppId'
  | 'form.needSecret'
  | 'form.needVersion'
  | 'form.needConfigId'
  | 'form.needDays';

export type FieldProblems = Partial<Record<keyof GatewayValues, FieldProblem>>;

export const emptyValues: GatewayValues = {
  name: '',
  appId: '',
  appSecret: '',
  apiVersion: '',
  loginConfigId: '',
  findBusinessPages: false,
  importMissedMessages: false,
  subscribeNewPages: false,
  keepEventsDays: '',
  keepConversationsDays: '',
  humanAgent: false,
};

export function valuesOf(gateway: Gateway): GatewayValues {
  return {
    name: gateway.name,
    appId: gateway.appId,
    appSecret: undefined,
    apiVersion: gateway.apiVersion ?? '',
    loginConfigId: gateway.loginConfigId ?? '',
    findBusinessPages: gateway.findBusinessPages,
    importMissedMessages: gateway.importMissedMessages,
    subscribeNewPages: gateway.subscribeNewPages,
    keepEventsDays: String(gateway.keepEventsDays ?? ''),
    keepConversationsDays: String(gateway.keepConversationsDays ?? ''),
    humanAgent: gateway.humanAgent,
  };
}

/** What a person can see to be wrong before anything is sent. */
export function problemsOf(values: GatewayValues): FieldProblems {
  const problems: FieldProblems = {};
  if (values.name.trim() === '') problems.name = 'form.needName';
  if (!/^[0-9]{1,32}$/.test(values.appId.trim())) problems.appId = 'form.needAppId';
  if (values.appSecret?.trim() === '') problems.appSecret = 'form.needSecret';
  if (!/^(v[0-9]{1,3}\.[0-9]{1,2})?$/.test(values.apiVersion.trim())) {
    problems.apiVersion = 'form.needVersion';
  }
  if (!/^[0-9]{0,32}$/.test(values.loginConfigId.trim())) {
    problems.loginConfigId = 'form.needConfigId';
  }
  for (const field of ['keepEventsDays', 'keepConversationsDays'] as const) {
    if (!isDays(values[field].trim())) problems[field] = 'form.needDays';
  }
  return problems;
}

/** Nothing, or a whole number of days up to ten years. */
function isDays(text: string): boolean {
  return text === '' || (/^[0-9]{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 3650);
}

const daysOf = (text: string) => (text.trim() === '' ? null : Number(text.trim()));

function settingsOf(values: GatewayValues) {
  const apiVersion = values.apiVersion.trim();
  const loginConfigId = values.loginConfigId.trim();
  return {
    name: values.name.trim(),
    appId: values.appId.trim(),
    apiVersion: apiVersion === '' ? null : apiVersion,
    loginConfigId: loginConfigId === '' ? null : loginConfigId,
    findBusinessPages: values.findBusinessPages,
    importMissedMessages: values.importMissedMessages,
    subscribeNewPages: values.subscribeNewPages,
    keepEventsDays: daysOf(values.keepEventsDays),
    keepConversationsDays: daysOf(values.keepConversationsDays),
    humanAgent: values.humanAgent,
  };
}

export function toCreate(values: GatewayValues, moveWebhook: boolean): CreateGateway {
  return {
    ...settingsOf(values),
    appSecret: (values.appSecret ?? '').trim(),
    ...(moveWebhook ? { moveWebhook } : {}),
  };
}

/** Only what changed travels, so that two people editing different fields meet the version check. */
export function toUpdate(
  gateway: Gateway,
  { values, moveWebhook }: { values: GatewayValues; moveWebhook: boolean },
): UpdateGateway {
  const before = settingsOf(valuesOf(gateway));
  const after = settingsOf(values);
  const body: UpdateGateway = { version: gateway.version };
  if (after.name !== before.name) body.name = after.name;
  if (after.appId !== before.appId) body.appId = after.appId;
  if (after.apiVersion !== before.apiVersion) body.apiVersion = after.apiVersion;
  if (after.loginConfigId !== before.loginConfigId) body.loginConfigId = after.loginConfigId;
  if (after.findBusinessPages !== before.findBusinessPages) {
    body.findBusinessPages = after.findBusinessPages;
  }
  if (after.importMissedMessages !== before.importMissedMessages) {
    body.importMissedMessages = after.importMissedMessages;
  }
  if (after.subscribeNewPages !== before.subscribeNewPages) {
    body.subscribeNewPages = after.subscribeNewPages;
  }
  if (after.keepEventsDays !== before.keepEventsDays) body.keepEventsDays = after.keepEventsDays;
  if (after.keepConversationsDays !== before.keepConversationsDays) {
    body.keepConversationsDays = after.keepConversationsDays;
  }
  if (after.humanAgent !== before.humanAgent) body.humanAgent = after.humanAgent;
  if (values.appSecret !== undefined) body.appSecret = values.appSecret.trim();
  if (moveWebhook) body.moveWebhook = true;
  return body;
}

/** How many fields differ from what is stored. */
export function countChanges(from: GatewayValues, to: GatewayValues): number {
  return [
    from.name !== to.name,
    from.appId !== to.appId,
    from.appSecret !== to.appSecret,
    from.apiVersion !== to.apiVersion,
    from.loginConfigId !== to.loginConfigId,
    from.findBusinessPages !== to.findBusinessPages,
    from.importMissedMessages !== to.importMissedMessages,
    from.subscribeNewPages !== to.subscribeNewPages,
    from.keepEventsDays !== to.keepEventsDays,
    from.keepConversationsDays !== to.keepConversationsDays,
    from.humanAgent !== to.humanAgent,
  ].filter(Boolean).length;
}
