import { Alert, type AlertProps } from '@mantine/core';
import classes from './notice-box.module.css';

export type Tone = 'info' | 'good' | 'warn' | 'bad';

/** A calm box that says something: the colour is in its edge and sign, the words stay legible. */
export function NoticeBox({
  tone,
  ...rest
}: AlertProps & { readonly tone: Tone; readonly role?: 'alert' }) {
  return (
    <Alert
      variant="light"
      {...rest}
      classNames={{
        root: `${classes.root} ${classes[tone]}`,
        label: classes.label ?? '',
        icon: classes.icon ?? '',
      }}
    />
  );
}
