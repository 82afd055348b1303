/** What is offered for Grafana and Prometheus asks for nothing that does not exist, and for all that does. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type RunningApp, runApp } from './test-support/app.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

type Panel = { title: string; description?: string; type: string; targets?: { expr: string }[] };
type Rule = { alert: string; expr: string; annotations: Record<string, string> };

const panels: Panel[] = JSON.parse(read('docs/monitoring/chatgate-dashboard.json')).panels;
const rules: Rule[] = parse(read('docs/monitoring/chatgate-alerts.yaml')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);
const ofDashboard = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const expressions = [...ofDashboard, ...rules.map(({ expr }) => expr)];

let running: RunningApp;
/** Labels by the name that an expression may use. */
const known = new Map<string, readonly string[]>();

beforeAll(async () => {
  running = await runApp();
  const { metrics } = running.app;
  const { body } = await metrics.scrape();
  for (const [, name = ''] of body.matchAll(/^# TYPE ((?:process|nodejs)_\w+) /gm)) {
    known.set(name, []);
  }
  for (const { name, type, labels = [] } of metrics.measures) {
    known.set(name, labels);
    if (type === 'histogram') {
      known.delete(name);
      known.set(`${name}_bucket`, ['le']).set(`${name}_count`, []).set(`${name}_sum`, []);
    }
  }
  // Prometheus' own.
  known.set('up', []);
}, 60_000);
afterAll(() => running.stop());

/** Names of metrics in an expression, with the labels they are selected by. */
function usedIn(expr: string): { name: string; labels: string[] }[] {
  const found = expr.matchAll(/\b((?:chatgate|nodejs|process)_\w+|up)\b(?:\{([^}]*)\})?/g);
  return [...found].map(([, name = '', selector = '']) => ({
    name,
    labels: [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));
}

test('every metric and label that the dashboard or an alert asks for exists', () => {
  expect(expressions.length).toBeGreaterThan(40);
  for (const expr of expressions) {
    const used = usedIn(expr);
    expect(used.length, expr).toBeGreaterThan(0);
    for (const { name, labels } of used) {
      expect([...known.keys()], expr).toContain(name);
      const own = [...(known.get(name) ?? []), 'job', 'instance'];
      expect(own, expr).toEqual(expect.arrayContaining(labels));
    }
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) =>
      list.split(','),
    );
    const own = used.flatMap(({ name }) => known.get(name) ?? []);
    for (const label of grouped.map((word) => word.trim())) {
      expect([...own, 'instance'], expr).toContain(label);
    }
  }
});

test('every measure of the gateway is on the dashboard', () => {
  const shown = new Set(
    ofDashboard.flatMap(usedIn).map(({ name }) => name.replace(/_bucket$/, '')),
  );
  for (const { name } of running.app.metrics.measures) {
    expect([...shown]).toContain(name);
  }
});

test('every panel and every alert says what it means, and the guide what to do', () => {
  const guide = read('docs/guide/monitoring.md');
  for (const { title, description = '', type } of panels) {
    expect(type === 'row' || description.length > 0, title).toBe(true);
  }
  for (const { alert, annotations } of rules) {
    expect(annotations['summary'], alert).toBeTruthy();
    expect(guide).toContain(`\`${alert}\``);
  }
});
