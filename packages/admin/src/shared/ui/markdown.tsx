import { Code, Table, Text, Title, type TitleOrder } from '@mantine/core';
import { type Block, readInline, readMarkdown } from '../read-markdown.ts';
import classes from './markdown.module.css';
import { PageTitle } from './page-title.tsx';

/** A guide as a screen. Its texts are our own; nothing of it is taken as HTML. */
export function Markdown({ text }: { text: string }) {
  const blocks = readMarkdown(text);
  return (
    <article className={classes.article} lang="en" dir="ltr">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a guide does not change while it is shown
        <Piece key={index} block={block} />
      ))}
    </article>
  );
}

function Piece({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? (
        <PageTitle title={block.text} />
      ) : (
        <Title order={toOrder(block.level)} mt="md">
          <Words text={block.text} />
        </Title>
      );
    case 'paragraph':
      return (
        <Text>
          <Words text={block.text} />
        </Text>
      );
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List className={classes.list}>
          {block.items.map((item) => (
            <li key={item}>
              <Words text={item} />
            </li>
          ))}
        </List>
      );
    }
    case 'table':
      return <Rows rows={block.rows} />;
  }
}

const toOrder = (level: number): TitleOrder => (level === 2 ? 2 : 3);

function Rows({ rows: [head = [], ...rows] }: { rows: readonly (readonly string[])[] }) {
  return (
    // Scrolled with the arrow keys as well; that takes the focus, and a name for it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled
    <section className={classes.rows} tabIndex={0} aria-label={head.join(', ')}>
      <Table verticalSpacing="sm" className={classes.table ?? ''}>
        <Table.Thead>
          <Table.Tr>
            {head.map((cell) => (
              <Table.Th key={cell} scope="col">
                <Words text={cell} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row[0]}>
              {row.map((cell) => (
                <Table.Td key={cell}>
                  <Words text={cell} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Words({ text }: { text: string }) {
  return readInline(text).map(({ kind, text: words }, index) => {
    const key = `${index}-${words}`;
    if (kind === 'code') return <Code key={key}>{words}</Code>;
    if (kind === 'em') return <em key={key}>{words}</em>;
    return kind === 'strong' ? <strong key={key}>{words}</strong> : words;
  });
}
