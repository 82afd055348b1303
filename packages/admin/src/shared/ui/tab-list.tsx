import { Tabs } from '@mantine/core';
import { type ReactNode, useLayoutEffect, useRef } from 'react';

/** The tabs of a screen. On a phone, where not all fit, the open one is scrolled to the middle. */
export function TabList(props: {
  readonly label: string;
  readonly value: string;
  readonly children: ReactNode;
}) {
  const { value } = props;
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tab = list.current?.querySelector(`[id$="-tab-${value}"]`);
    if (list.current && tab) list.current.scrollLeft += middleOf(tab) - middleOf(list.current);
  }, [value]);
  return (
    <Tabs.List ref={list} aria-label={props.label}>
      {props.children}
    </Tabs.List>
  );
}

function middleOf(element: Element): number {
  const { left, width } = element.getBoundingClientRect();
  return left + width / 2;
}
