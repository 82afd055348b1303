import { MAX_MESSAGE_LENGTH, MAX_MESSAGE_PARTS, splitText } from '@chatgate/contract';
import { ActionIcon, Button, Text, Textarea, Tooltip } from '@mantine/core';
import { IconKeyboard, IconPaperclip, IconSend } from '@tabler/icons-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../../shared/error-words.ts';
import { MetaDetails } from '../../../shared/ui/meta-details.tsx';
import { AttachForm } from './attach-form.tsx';
import { useDraft } from './draft.ts';
import classes from './replies.module.css';
import { timeLeftWords } from './reply-window.ts';
import { useSend } from './use-send.ts';
import { useTyping } from './use-typing.ts';

/** Counting is shown when it begins to matter. */
const COUNT_FROM = MAX_MESSAGE_LENGTH - 200;

export function Composer(props: {
  readonly conversationId: string;
  readonly name: string;
  readonly personId: string;
  /** Undefined outside the 24 hours. */
  readonly leftMs: number | undefined;
}) {
  const { conversationId, name, personId, leftMs } = props;
  const { t } = useTranslation();
  const [text, setText] = useDraft(personId, conversationId);
  const [isAttaching, setAttaching] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(conversationId);
  const parts = useMemo(() => splitText(text).length, [text]);
  const attach = useSend(conversationId, () => setAttaching(false));
  const send = useSend(conversationId, ({ text: sent = '' }) => {
    typing.sent();
    setText(remainderOf(text, sent));
    field.current?.focus();
  });
  const canSend = parts > 0 && parts <= MAX_MESSAGE_PARTS && !send.isPending;
  const submit = () => {
    if (canSend) send.mutate(parts > 1 ? { text, split: true } : { text });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <>
      {isAttaching ? (
        <AttachForm
          isPending={attach.isPending}
          onSend={(attachment) => attach.mutate({ attachment })}
        />
      ) : null}
      <Problem error={send.error ?? attach.error} />
      <form
        className={classes.composer}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Textarea
          ref={field}
          aria-label={t('replies.label', { name })}
          placeholder={t('replies.placeholder')}
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setText(event.currentTarget.value);
            typing.typed();
          }}
        />
        <Length length={text.trim().length} parts={parts} />
        <div className={classes.tools}>
          <Tool
            label={t('replies.attach')}
            isOn={isAttaching}
            onClick={() => setAttaching(!isAttaching)}
          >
            <IconPaperclip size={18} aria-hidden="true" />
          </Tool>
          <Tool
            label={t('replies.typing')}
            isOn={typing.isShown}
            onClick={() => typing.setShown(!typing.isShown)}
          >
            <IconKeyboard size={18} aria-hidden="true" />
          </Tool>
          <TimeLeft leftMs={leftMs} />
          <Shortcut />
          <Button
            type="submit"
            disabled={!canSend}
            loading={send.isPending}
            leftSection={<IconSend size={16} aria-hidden="true" />}
          >
            {parts > 1 && parts <= MAX_MESSAGE_PARTS
              ? t('replies.sendParts', { count: parts })
              : t('replies.send')}
          </Button>
        </div>
      </form>
    </>
  );
}

/** What was typed while the answer was on its way is not sent yet. */
const remainderOf = (text: string, sent: string) =>
  text.startsWith(sent) ? text.slice(sent.length).trimStart() : text;

function Tool(props: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        variant={props.isOn ? 'light' : 'subtle'}
        color={props.isOn ? '' : 'gray'}
        size={36}
        aria-label={props.label}
        aria-pressed={props.isOn}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

function Length({ length, parts }: { length: number; parts: number }) {
  const { t } = useTranslation();
  if (length < COUNT_FROM) return null;
  const limit = MAX_MESSAGE_LENGTH;
  return (
    <div className={classes.length}>
      <Text size="xs" c="dimmed">
        {t('replies.count', { length, limit })}
      </Text>
      <Text size="xs" role="status">
        {parts > MAX_MESSAGE_PARTS
          ? t('replies.tooManyParts', { limit: MAX_MESSAGE_PARTS })
          : parts > 1
            ? t('replies.tooLong', { limit })
            : ''}
      </Text>
    </div>
  );
}

function TimeLeft({ leftMs }: { leftMs: number | undefined }) {
  const { t, i18n } = useTranslation();
  if (leftMs === undefined) return <span className={classes.timeLeft} />;
  return (
    <span className={classes.timeLeft} data-soon={leftMs < 3_600_000 || undefined}>
      {t('replies.timeLeft', { time: timeLeftWords(i18n.language, leftMs) })}
    </span>
  );
}

function Shortcut() {
  const { t } = useTranslation();
  const isApple = /mac|iphone|ipad/i.test(navigator.userAgent);
  return (
    <span className={classes.shortcut}>
      {t('replies.shortcut', { keys: isApple ? '⌘ Enter' : 'Ctrl + Enter' })}
    </span>
  );
}

function Problem({ error }: { error: Error | null }) {
  const words = useErrorWords();
  if (error === null) return null;
  return (
    <div role="alert" className={classes.problem}>
      <span>{words(error)}</span>
      <MetaDetails error={error} />
    </div>
  );
}
