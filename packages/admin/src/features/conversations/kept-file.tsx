import type { Attachment, AttachmentFile } from '@chatgate/contract';
import { Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconFile } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { useFormat } from '../../shared/format.ts';
import { fetchAgain } from './api/attachments.ts';
import { reasonWords, sizeWords } from './file-words.ts';
import classes from './kept-file.module.css';

interface KeptFileProps {
  readonly attachment: Attachment;
  readonly file: AttachmentFile;
  /** What Meta calls it, in words. */
  readonly kind: string;
}

/** A file that Chatgate keeps, or how far it is with that. */
export function KeptFile({ attachment, file, kind }: KeptFileProps) {
  if (file.url === null) {
    return <Missing attachment={attachment} file={file} kind={kind} />;
  }
  const name = file.name ?? kind;
  switch (file.shown) {
    case 'image':
      return <Picture url={file.url} name={name} isSticker={attachment.type === 'sticker'} />;
    case 'audio':
      return (
        <div className={classes.player}>
          {/* biome-ignore lint/a11y/useMediaCaption: a customer's recording has no captions */}
          <audio controls preload="metadata" src={file.url} aria-label={`${kind}: ${name}`} />
          <Download url={file.url} name={name} bytes={file.bytes} />
        </div>
      );
    case 'video':
      return (
        <div className={classes.player}>
          {/* biome-ignore lint/a11y/useMediaCaption: a customer's recording has no captions */}
          <video controls preload="metadata" src={file.url} aria-label={`${kind}: ${name}`} />
          <Download url={file.url} name={name} bytes={file.bytes} />
        </div>
      );
    case null:
      return <Download url={file.url} name={name} bytes={file.bytes} />;
  }
}

function Picture(props: { url: string; name: string; isSticker: boolean }) {
  const { t } = useTranslation();
  const { url, name, isSticker } = props;
  return (
    <a href={url} target="_blank" rel="noreferrer" title={t('file.open', { name })}>
      <img
        className={classes.picture}
        data-sticker={isSticker || undefined}
        src={url}
        alt={name}
        loading="lazy"
      />
    </a>
  );
}

function Download(props: { url: string; name: string; bytes: number | null }) {
  const { t, i18n } = useTranslation();
  const { url, name, bytes } = props;
  return (
    <a className={classes.download} href={url} download={name} title={t('file.download', { name })}>
      <IconFile size={18} stroke={1.7} aria-hidden="true" />
      <span className={classes.fileName}>{name}</span>
      {bytes === null ? null : (
        <span className={classes.size}>{sizeWords(i18n.language, bytes)}</span>
      )}
      <IconDownload size={16} stroke={1.7} aria-hidden="true" />
    </a>
  );
}

function Missing({ attachment, file, kind }: KeptFileProps) {
  const { t } = useTranslation();
  const { time } = useFormat();
  const isFirst = file.state === 'pending' && file.reason === null;
  if (isFirst) {
    return (
      <div className={classes.missing} role="status">
        <Loader size={16} color="gray" aria-hidden="true" />
        <span>{t('file.fetching', { kind })}</span>
      </div>
    );
  }
  return (
    <div className={classes.missing}>
      <IconAlertTriangle size={18} stroke={1.7} aria-hidden="true" />
      <div>
        <div>
          {kind}: {reasonWords(t, file)}
        </div>
        {file.nextTryAt === null ? null : (
          <div className={classes.later}>{t('file.nextTry', { time: time(file.nextTryAt) })}</div>
        )}
        <Remedies id={file.id} link={safeLink(attachment.url)} />
      </div>
    </div>
  );
}

function Remedies({ id, link }: { id: string; link: string | undefined }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => fetchAgain(id),
    onSettled: () => client.invalidateQueries({ queryKey: ['messages'] }),
  });
  return (
    <>
      <div className={classes.remedies}>
        <Button
          size="compact-xs"
          variant="default"
          loading={again.isPending}
          onClick={() => again.mutate()}
        >
          {t('common.tryAgain')}
        </Button>
        {link === undefined ? null : (
          <a href={link} target="_blank" rel="noreferrer">
            {t('file.openAtMeta')}
          </a>
        )}
      </div>
      {again.error === null ? null : <div role="alert">{words(again.error)}</div>}
    </>
  );
}

/** A link comes from outside: only the web's own schemes are followed. */
export function safeLink(url: string | null): string | undefined {
  return url !== null && /^https?:\/\//i.test(url) ? url : undefined;
}
