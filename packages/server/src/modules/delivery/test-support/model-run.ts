import type { ServerResponse } from 'node:http';
import type { Delivery as DeliveryRecord, Destination } from '@chatgate/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Database } from '../../../platform/db/index.ts';
import { textFrom } from '../../conversations/test-support/bench.ts';
import { startSink } from './sink.ts';
import { createWorld, type World } from './world.ts';

const PEOPLE = 3;
const MODES = ['ok', 'refuses', 'asks for patience', 'resets', 'refuses the first person'] as const;
type Mode = (typeof MODES)[number];

export type Step =
  | { readonly do: 'say'; readonly person: number; readonly count: number }
  | { readonly do: 'endpoint'; readonly mode: Mode }
  | { readonly do: 'work'; readonly replica: number }
  | { readonly do: 'both work' }
  | { readonly do: 'die at work' }
  | { readonly do: 'move'; readonly ms: number }
  | { readonly do: 'retry' | 'skip'; readonly pick: number }
  | { readonly do: 'replay' }
  | { readonly do: 'switch' }
  | { readonly do: 'resume' };

const pick = fc.nat({ max: 50 });
export const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('say' as const),
        person: fc.nat({ max: PEOPLE - 1 }),
        count: fc.integer({ min: 1, max: 10 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('endpoint' as const),
        mode: fc.constantFrom(...MODES),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('work' as const), replica: fc.nat({ max: 1 }) }),
    },
    { weight: 2, arbitrary: fc.constant({ do: 'both work' as const }) },
    { weight: 2, arbitrary: fc.constant({ do: 'die at work' as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('move' as const),
        ms: fc.constantFrom(1_000, 5_000, 44_000, 46_000, 600_000, 90_000_000),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('retry' as const, 'skip' as const), pick }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'replay' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'switch' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'resume' as const }) },
  ),
  { minLength: 4, maxLength: 24 },
);

type Message = {
  readonly text: string;
  readonly person: number;
  /** What must arrive: it was said while the destination was on, or was replayed. */
  isOwed: boolean;
  isAccepted: boolean;
};

/** What was said, in order, and what the endpoint did with it; complains of what must not be. */
function createModel() {
  const said = new Map<string, Message>();
  const skipped = new Set<string>();
  const wrong: string[] = [];
  return {
    said,
    wrong,
    say(person: number, isOwed: boolean): string {
      const text = `${person}:${said.size}`;
      said.set(text, { text, person, isOwed, isAccepted: false });
      return text;
    },
    skip: (text: string) => skipped.add(text),
    arrived(text: string, isReplay: boolean): void {
      const message = said.get(text);
      if (!message) {
        wrong.push(`${text} was never said`);
        return;
      }
      const isEarly = (other: Message) =>
        other.person === message.person && other.isOwed && !other.isAccepted;
      const before = [...said.values()].slice(0, [...said.keys()].indexOf(text));
      const missing = before.filter((other) => isEarly(other) && !skipped.has(other.text));
      if (!isReplay && missing.length > 0) {
        wrong.push(`${text} came before ${missing.map((other) => other.text).join(', ')}`);
      }
      if (!isReplay && !message.isOwed) {
        wrong.push(`${text} was said while the destination was off`);
      }
    },
    accepted(text: string): void {
      const message = said.get(text);
      if (message) {
        message.isAccepted = true;
      }
    },
    lost: () =>
      [...said.values()].filter(
        ({ isOwed, isAccepted, text }) => isOwed && !isAccepted && !skipped.has(text),
      ),
  };
}

type Model = ReturnType<typeof createModel>;

/** A customer's endpoint that behaves as the story says and tells the model what it did. */
async function startEndpoint(model: Model) {
  const state: { mode: Mode; holding: Promise<void> | undefined } = {
    mode: 'ok',
    holding: undefined,
  };
  async function answer(body: string, response: ServerResponse): Promise<void> {
    const text: string = JSON.parse(body).data.message.text;
    model.arrived(text, response.req.headers['chatgate-replay'] === 'true');
    const { mode } = state;
    await state.holding;
    if (mode === 'ok' || (mode === 'refuses the first person' && !text.startsWith('0:'))) {
      model.accepted(text);
      response.end('ok');
    } else if (mode === 'resets') {
      response.socket?.resetAndDestroy();
    } else if (mode === 'asks for patience') {
      response.writeHead(429, { 'retry-after': '20' }).end();
    } else {
      response.writeHead(500).end();
    }
  }
  const sink = await startSink((request, response) => void answer(request.text, response));
  return { sink, state };
}

type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;

/** Two replicas whose clocks can stand still: they do nothing then, like dead processes. */
function createReplicas(world: World, { sink, state }: Endpoint) {
  const dead: { revive: () => void; working: Promise<void> }[] = [];
  function addMortal() {
    let alive = Promise.resolve();
    const replica = world.addReplica({
      sharedTime: async () => {
        await alive;
        return world.time.now;
      },
    });
    const die = () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      alive = promise;
      return resolve;
    };
    return { replica, die };
  }
  const living = [addMortal(), addMortal()];
  return {
    async work(index: number) {
      const mortal = living[index];
      if (mortal) {
        await world.drainEngine(mortal.replica);
      }
    },
    /** One dies with requests on their way; another takes its place. */
    async dieAtWork() {
      const { promise, resolve } = Promise.withResolvers<void>();
      state.holding = promise;
      const mortal = living.shift() ?? addMortal();
      living.push(addMortal());
      const arrivals = sink.arrivals.length;
      const working = world.drainEngine(mortal.replica);
      await Promise.race([sink.arrivedAtLeast(arrivals + 1), working]);
      const wakeUp = mortal.die();
      state.holding = undefined;
      const revive = () => {
        resolve();
        wakeUp();
      };
      dead.push({ revive, working });
    },
    /** They come back late, with answers that are nobody's business any more. */
    async reviveAll() {
      for (const { revive } of dead) {
        revive();
      }
      await Promise.all(dead.map(({ working }) => working));
    },
  };
}

/** What a person does, by the API. */
function createOperator(world: World, { id, model }: { id: string; model: Model }) {
  const path = `/destinations/${id}`;
  let isOn = true;
  async function choose(pick: number): Promise<DeliveryRecord | undefined> {
    const { body } = await world.call('GET', '/deliveries?limit=200');
    const open = (body as { items: DeliveryRecord[] }).items.filter(
      ({ state }) => state === 'waiting' || state === 'parked',
    );
    return open[pick % Math.max(1, open.length)];
  }
  async function textOf(delivery: DeliveryRecord): Promise<string> {
    const { body } = await world.call('GET', `/deliveries/${delivery.id}`);
    return JSON.parse((body as { request: { body: string } }).request.body).data.message.text;
  }
  return {
    isOn: () => isOn,
    async switchTo(enabled: boolean) {
      const { version }: Destination = (await world.call('GET', path)).body;
      await world.call('PATCH', path, { version, enabled });
      isOn = enabled;
    },
    async retry(pick: number) {
      await world.call('POST', `/deliveries/${(await choose(pick))?.id}/retry`);
    },
    async skip(pick: number) {
      const chosen = await choose(pick);
      if (chosen) {
        model.skip(await textOf(chosen));
        await world.call('POST', `/deliveries/${chosen.id}/skip`);
      }
    },
    async replay() {
      if (isOn) {
        await world.call('POST', `${path}/replay`, { from: 0 });
        await world.delivery.workers[0]?.drain();
      }
    },
    async resume() {
      await world.call('POST', `${path}/resume`);
    },
    async retryParked() {
      await world.call('POST', `${path}/retry-parked`);
    },
  };
}

/** Plays the steps against two replicas on a real database; gives everything that was wrong. */
export async function play(db: Database, story: readonly Step[]): Promise<string[]> {
  const model = createModel();
  const endpoint = await startEndpoint(model);
  const world = await createWorld(db);
  const { destination } = await world.createDestination({ url: endpoint.sink.url });
  const replicas = createReplicas(world, endpoint);
  const operator = createOperator(world, { id: destination.id, model });
  try {
    for (const step of story) {
      await take(step, { model, endpoint, world, replicas, operator });
    }
    endpoint.state.mode = 'ok';
    await operator.switchTo(true);
    world.move(46_000);
    await world.drain();
    await replicas.reviveAll();
    for (let round = 0; round < 3; round += 1) {
      await operator.retryParked();
      await operator.resume();
      await world.drain();
      world.move(100_000_000);
    }
    const lost = model.lost().map(({ text }) => `${text} was lost`);
    return [...model.wrong, ...lost, ...(await inconsistencies(db))];
  } finally {
    await replicas.reviveAll();
    await world.stop();
    await endpoint.sink.stop();
  }
}

async function take(
  step: Step,
  stage: {
    model: Model;
    endpoint: Endpoint;
    world: World;
    replicas: ReturnType<typeof createReplicas>;
    operator: ReturnType<typeof createOperator>;
  },
): Promise<void> {
  const { model, endpoint, world, replicas, operator } = stage;
  switch (step.do) {
    case 'say': {
      const { person, count } = step;
      const texts = Array.from({ length: count }, () => model.say(person, operator.isOn()));
      await world.deliver(texts.map((text) => textFrom(`900${person}`, text)));
      return world.project();
    }
    case 'endpoint':
      endpoint.state.mode = step.mode;
      return;
    case 'work':
      return replicas.work(step.replica);
    case 'both work':
      await Promise.all([replicas.work(0), replicas.work(1)]);
      return;
    case 'die at work':
      return replicas.dieAtWork();
    case 'move':
      return world.move(step.ms);
    case 'retry':
      return operator.retry(step.pick);
    case 'skip':
      return operator.skip(step.pick);
    case 'replay':
      return operator.replay();
    case 'switch':
      return operator.switchTo(!operator.isOn());
    case 'resume':
      return operator.resume();
  }
}

/** What the tables must say whatever happened: attempts that were recorded once, finished queues. */
async function inconsistencies(db: Database): Promise<string[]> {
  const { rows } = await sql<Record<'id' | 'state' | 'attempts' | 'logged' | 'good', string>>`
    select d.id, d.state, d.attempts,
      (select count(*) from delivery_attempt a where a.delivery_id = d.id) as logged,
      (select count(*) from delivery_attempt a where a.delivery_id = d.id and a.outcome = 'delivered') as good
    from delivery d`.execute(db.read);
  const odd = rows.filter(
    ({ state, attempts, logged, good }) =>
      Number(attempts) !== Number(logged) || Number(good) !== (state === 'delivered' ? 1 : 0),
  );
  const queues = await sql<{ queue_key: string }>`
    select queue_key from delivery_queue where head <> tail + 1 or claim is not null`.execute(
    db.read,
  );
  return [
    ...odd.map((row) => `recorded twice or not at all: ${JSON.stringify(row)}`),
    ...queues.rows.map((row) => `not finished: ${JSON.stringify(row)}`),
  ];
}
