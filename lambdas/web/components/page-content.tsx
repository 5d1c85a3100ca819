import type { Block, Inline } from '../../core/content.ts';
import { DayLine } from './day-line.tsx';

export function Content({ blocks }: { blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block) => (
        <PageBlock block={block} />
      ))}
    </>
  );
}

function PageBlock({ block }: { block: Block }) {
  switch (block.type) {
    case 'lead':
      return <p class="hero">{block.text}</p>;
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'paragraph':
      return <p>{block.content.map(inline)}</p>;
    case 'list': {
      const items = block.items.map((item) => <li>{item.map(inline)}</li>);
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'button':
      return (
        <p>
          <a class="button" href={block.href}>
            {block.text}
          </a>
        </p>
      );
    case 'day-line':
      return <DayLine {...block} />;
  }
}

function inline(part: Inline) {
  if (typeof part === 'string') return part;
  return 'strong' in part ? <strong>{part.strong}</strong> : <a href={part.href}>{part.text}</a>;
}
