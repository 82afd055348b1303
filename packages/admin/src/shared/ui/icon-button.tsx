import { ActionIcon, Tooltip } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';

/**
 * A button that is a picture; its name shows while the mouse is upon it or the focus in it. The
 * tooltip is made only then: a table that scrolls would make two for each of its rows.
 */
export function IconButton(props: {
  readonly label: string;
  readonly icon: ReactNode;
  /** Pixels; 34 unless told. */
  readonly size?: number;
  readonly onClick: () => void;
  /** What to show, where that is more than the name. */
  readonly tip?: string;
  /** Shows it whatever the mouse does. */
  readonly isTipShown?: boolean;
  readonly color?: string;
  readonly disabled?: boolean;
  readonly className?: string | undefined;
}) {
  const {
    label,
    tip = label,
    icon,
    size = 34,
    color = 'gray',
    isTipShown = false,
    ...rest
  } = props;
  const button = useRef<HTMLButtonElement>(null);
  const [isAimedAt, setAimedAt] = useState(false);
  const aim = () => setAimedAt(true);
  const leave = () => setAimedAt(false);
  return (
    <>
      <ActionIcon
        {...rest}
        size={size}
        ref={button}
        variant="subtle"
        color={color}
        aria-label={label}
        onPointerEnter={aim}
        onPointerLeave={leave}
        onFocus={aim}
        onBlur={leave}
      >
        {icon}
      </ActionIcon>
      {isAimedAt || isTipShown ? <Tooltip target={button} label={tip} opened /> : null}
    </>
  );
}
