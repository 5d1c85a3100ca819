import { raw } from 'hono/html';
import type { Block, Inline as InlinePart } from '../../core/content.ts';
import type { EmailContent } from '../../core/email-content.ts';
import { previewText } from './email-text.ts';

/** Inline, because many email clients ignore style sheets; the style sheet overrides them in dark mode. */
const colors = {
  ink: '#23303b',
  quiet: '#56646f',
  accent: '#1d5f6e',
  line: '#84909a',
  sun: '#eba53a',
  page: '#f5f1ea',
  sheet: '#ffffff',
};
/** Without the `mso` rule, Outlook for Windows treats the line height as a minimum. */
const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;mso-line-height-rule:exactly";
const body = `${font};font-size:17px;line-height:26px;color:${colors.ink};margin:0 0 16px`;
const small = `${font};font-size:15px;line-height:22px;color:${colors.quiet}`;

const layout = { role: 'presentation', cellpadding: '0', cellspacing: '0', border: 0 } as const;

/** A table of a fixed width, only for Outlook for Windows, which knows no `max-width`. */
const outlookTable = [
  '<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->',
  '<!--[if mso]></td></tr></table><![endif]-->',
];

const darkMode = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .page { background: #12181d !important; }
    .sheet { background: #1c252c !important; }
    .ink { color: #eef2f4 !important; }
    .quiet { color: #b3c0c9 !important; }
    .link { color: #8fd3e0 !important; }
    .accent { background: #8fd3e0 !important; }
    .sun { background: #f4b95f !important; }
    .sun, .ring { border-color: #8fd3e0 !important; }
    .dots { border-color: #74838d !important; }
    .button-text { color: #10222a !important; }
  }`;

export function emailHtml(content: EmailContent): string {
  return `<!DOCTYPE html>${(<EmailPage content={content} />).toString()}`;
}

function EmailPage({ content }: { content: EmailContent }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{content.subject}</title>
        <style>{raw(darkMode)}</style>
      </head>
      <body class="page" style={`margin:0;padding:0;background:${colors.page}`}>
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{previewText(content)}</div>
        {/* Gmail and Yahoo drop the html and body elements, so their attributes are repeated here. */}
        <table {...layout} lang="en" class="page" width="100%" style={`background:${colors.page}`}>
          <tr>
            <td align="center" style="padding:16px 8px">
              {raw(outlookTable[0])}
              <Sheet content={content} />
              {raw(outlookTable[1])}
            </td>
          </tr>
        </table>
      </body>
    </html>
  );
}

function Sheet({ content: { blocks, footer } }: { content: EmailContent }) {
  return (
    <table
      {...layout}
      class="sheet"
      width="100%"
      style={`word-break:break-word;max-width:600px;background:${colors.sheet};border-radius:14px`}
    >
      <tr>
        <td style="padding:28px 24px 12px;text-align:left">
          {blocks.map((block) => (
            <EmailBlock block={block} />
          ))}
        </td>
      </tr>
      <tr>
        <td style="padding:0 24px 28px;text-align:left">
          {footer.map((line) => (
            <p class="quiet" style={`${small};margin:12px 0 0`}>
              <Inline content={line} />
            </p>
          ))}
        </td>
      </tr>
    </table>
  );
}

function EmailBlock({ block }: { block: Block }) {
  switch (block.type) {
    case 'lead':
    case 'heading': {
      const isLead = block.type === 'lead';
      const Heading = isLead ? 'h1' : 'h2';
      const size = isLead ? 'font-size:28px;line-height:33px;margin:0 0 18px' : 'font-size:20px;margin:28px 0 8px';
      return (
        <Heading class="ink" style={`${body};font-weight:700;${size}`}>
          {block.text}
        </Heading>
      );
    }
    case 'paragraph':
      return (
        <p class="ink" style={body}>
          <Inline content={block.content} />
        </p>
      );
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List class="ink" style={`${body};padding:0 0 0 24px`}>
          {block.items.map((item) => (
            <li style="margin:0 0 8px">
              <Inline content={item} />
            </li>
          ))}
        </List>
      );
    }
    case 'button':
      return (
        <table {...layout} style="margin:20px 0">
          <tr>
            {/* Outlook for Windows supports padding only on table cells. */}
            <td class="accent" style={`background:${colors.accent};border-radius:10px;mso-padding-alt:12px 22px`}>
              <a
                class="button-text"
                href={block.href}
                target="_blank"
                rel="noopener"
                style={`${font};display:inline-block;color:#ffffff;font-size:17px;line-height:24px;font-weight:600;text-decoration:none;padding:12px 22px`}
              >
                {block.text}
              </a>
            </td>
          </tr>
        </table>
      );
    case 'day-line':
      return <DayLine {...block} />;
  }
}

/** The days that are over, a dot for today, the days to come, and a ring for the date. */
function DayLine({ text, done, total }: Extract<Block, { type: 'day-line' }>) {
  const percent = Math.round((done / total) * 100);
  const { accent, line, sun, sheet } = colors;
  const ring = `border:3px solid ${accent};border-radius:10px`;
  const stretches = [
    { width: `${percent}%`, look: 'accent', height: 6, style: `background:${accent}` },
    { width: '20', look: 'sun', height: 14, style: `width:14px;background:${sun};${ring}` },
    { width: `${100 - percent}%`, look: 'dots', height: 1, style: `border-top:4px dotted ${line}` },
    { width: '14', look: 'sheet ring', height: 8, style: `width:8px;background:${sheet};${ring}` },
  ].slice(percent > 0 ? 0 : 1, percent < 100 ? 4 : 2);
  return (
    <>
      <table {...layout} width="100%" style="margin:0 0 4px">
        <tr>
          {stretches.map(({ width, look, height, style }) => (
            <td width={width} style="padding:0">
              <div class={look} style={`font-size:1px;line-height:${height}px;mso-line-height-rule:exactly;${style}`}>
                {/* Outlook leaves out what is empty. */}
                {'\u00a0'}
              </div>
            </td>
          ))}
        </tr>
      </table>
      <p class="quiet" style={`${small};margin:0 0 18px`}>
        {text}
      </p>
    </>
  );
}

function Inline({ content }: { content: readonly InlinePart[] }) {
  return (
    <>
      {content.map((part) => {
        if (typeof part === 'string') return part;
        if ('strong' in part) return <strong>{part.strong}</strong>;
        return (
          <a class="link" href={part.href} target="_blank" rel="noopener" style={`color:${colors.accent}`}>
            {part.text}
          </a>
        );
      })}
    </>
  );
}
