import { Switch, type SwitchProps } from '@mantine/core';
import classes from './full-switch.module.css';

/** A switch whose real input lies on top of the drawn one, so that every pointer meets the input. */
export function FullSwitch(props: SwitchProps) {
  return (
    <Switch {...props} classNames={{ input: classes.input ?? '', track: classes.track ?? '' }} />
  );
}
