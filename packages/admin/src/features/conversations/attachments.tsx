import type { Attachment } from '@chatgate/contract';
import {
  type Icon,
  IconFile,
  IconLink,
  IconMapPin,
  IconMoodSmile,
  IconPaperclip,
  IconPhoto,
  IconTemplate,
  IconVideo,
  IconVolume,
} from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import classes from './conversations.module.css';
import { KeptFile, safeLink } from './kept-file.tsx';

const PICTURES: Readonly<Record<string, Icon>> = {
  image: IconPhoto,
  audio: IconVolume,
  video: IconVideo,
  file: IconFile,
  sticker: IconMoodSmile,
  location: IconMapPin,
  template: IconTemplate,
  fallback: IconLink,
};

/** Files that are kept here as themselves; everything else as a link with the sign of its type. */
export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <ul className={classes.attachments}>
      {attachments.map((attachment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: attachments have no id and never move
        <li key={index}>
          <One attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}

function One({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation();
  const Picture = PICTURES[attachment.type] ?? IconPaperclip;
  const kind = typeWords(t, attachment.type);
  const words = attachment.title === null ? kind : `${kind}: ${attachment.title}`;
  if (attachment.file !== undefined) {
    return <KeptFile attachment={attachment} file={attachment.file} kind={kind} />;
  }
  const url = safeLink(attachment.url);
  if (url === undefined) {
    return (
      <span className={classes.attachment}>
        <Picture size={18} stroke={1.7} aria-hidden="true" />
        <span>
          {words} <span className={classes.quiet}>({t('message.noLink')})</span>
        </span>
      </span>
    );
  }
  return (
    <a
      className={classes.attachment}
      href={url}
      target="_blank"
      rel="noreferrer"
      title={t('message.opensOutside')}
    >
      <Picture size={18} stroke={1.7} aria-hidden="true" />
      <span>{words}</span>
    </a>
  );
}

function typeWords(t: TFunction, type: string): string {
  switch (type) {
    case 'image':
    case 'audio':
    case 'video':
    case 'file':
    case 'sticker':
    case 'location':
    case 'template':
    case 'fallback':
      return t(`message.${type}`);
    default:
      return t('message.attachment', { type });
  }
}
