import { caniemail } from 'caniemail';
import { describe, expect, test } from 'vitest';
import { previews } from '../../bin/local/previews.ts';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { rules } from '../support/builders.ts';
import { from, linesOf, linksIn } from '../support/every-email.ts';
import { highestGrade, longestSentence, proseIn, wordsOf } from '../support/readability.ts';

const origin = 'https://retakes.example.org';
const emails = previews({ rules, from }, origin, '2026-11-23T15:00:00.000Z').map(
  ({ name, content }) => ({
    name,
    content,
    html: emailHtml(content),
    text: emailText(content),
  }),
);

describe.each(emails)('the email $name', ({ content, html, text }) => {
  test('is far from the 102 KB at which Gmail cuts', () => {
    expect(Buffer.byteLength(html)).toBeLessThan(60 * 1024);
  });

  test('says in its text what it says in its HTML, no more and no less', () => {
    expect(linesInText(text)).toEqual(linesInHtml(html).map((line) => line.toLowerCase()));
  });

  test('has the same links in its text and in its HTML, each of them absolute', () => {
    const inHtml = [...html.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => href);
    expect(inHtml).toEqual(linksIn(content));
    expect([...text.matchAll(/\b[a-z]+:\/\/\S+/g)].map(([link]) => link)).toEqual(inHtml);
    for (const link of inHtml) expect(link).toMatch(/^https:\/\/[a-z.-]+\/\S/);
  });

  test('loads nothing, and describes what it shows', () => {
    expect(html).not.toMatch(/<img(?![^>]*\salt=)|<(script|link|iframe|object|video|audio)\b/i);
    expect(html).not.toMatch(/\ssrc="|url\(|@import/i);
  });

  test('tells its language, where webmail drops the html element as well', () => {
    const [, body = ''] = html.split('</head>');
    expect(html).toMatch(/^<!DOCTYPE html><html lang="en">/);
    expect(body).toContain(' lang="en"');
  });

  test('begins with a preheader of its own, which the page does not show', () => {
    expect(content.preheader.length).toBeGreaterThan(10);
    expect(content.preheader).not.toBe(content.subject);
    expect(html).toMatch(/<body[^>]*><div style="display:none;[^"]*mso-hide:all">[^<]+<\/div>/);
  });

  test('keeps calm on a lock screen', () => {
    expect(`${content.subject} ${content.preheader}`).not.toMatch(/fail|retake|attempt/i);
  });

  test('can be read by an eighth-grader, one thought a sentence', () => {
    const { grade, sentences } = proseIn(linesOf(content));
    expect(grade).toBeLessThanOrEqual(highestGrade);
    expect(sentences.filter((sentence) => wordsOf(sentence).length > longestSentence)).toEqual([]);
  });
});

/** What somebody sees where a feature is missing; the words and links are always there. */
const fallbacks: Record<string, string> = {
  'color-scheme CSS property': 'The light colours stand inline.',
  'color-scheme meta tag': 'The light colours stand inline.',
  '@media': 'The light colours stand inline.',
  '<style> element': 'It only turns colours dark; the light ones stand inline.',
  '<body> element': 'The outer table has its colour and its language again.',
  'display:none': 'The preheader, a sentence fit to be read, stands above the email.',
  'max-height property': '`mso-hide:all` hides the preheader there.',
  overflow: '`mso-hide:all` hides the preheader there.',
  'border-radius': 'Corners are square.',
  'role attribute': 'Windows Mail reads the tables as tables; Microsoft ended it in 2024.',
};

/** What is supported in part: in the part that the emails use, or nearly so. */
const enoughInPart: Record<string, string> = {
  'color-scheme CSS property': 'As where it is not supported at all.',
  '@media': 'Not nested, and nothing but prefers-color-scheme; else the inline colours.',
  '<style> element': 'One, in the head, before its use, under 16 KB.',
  '<body> element': 'The outer table says what a replaced body would lose.',
  'lang attribute': 'It stands on a table, not on a cell.',
  'role attribute': 'It stands on tables alone.',
  'width attribute': 'No image has one.',
  'align attribute': 'Only centre, on a cell.',
  'max-width': 'It stands on a table. The iPhone, which ignores it there, is narrower anyway.',
  margin: 'Neither negative nor auto; the body’s is zero and may be lost.',
  padding: 'On cells, and `mso-padding-alt` pads the button; the indent of a list may differ.',
  background: 'One colour, nothing else.',
  'border-radius': 'One length, no ellipse.',
  border: 'Only the attribute that says there is none.',
  display: 'Only none, on a div without tables, and inline-block, which may be lost.',
  'display:none': 'It stands on a div without tables or images.',
  overflow: 'Only hidden, on what is not displayed.',
  'text-align': 'Only left.',
  'text-decoration': 'Only none, on a button.',
  'font-size': 'In pixels.',
  'font-weight': '600 and 700, both bold.',
  'line-height': 'In pixels, with `mso-line-height-rule:exactly`.',
  '<ul>, <ol> and <dl>': 'Neither reversed nor with values.',
};

describe('by the data of caniemail, mail programs', () => {
  const clients = ['gmail.*', 'outlook.*', 'apple-mail.*', 'yahoo.*'] as const;
  const issues = emails.map(({ html }) => caniemail({ clients: [...clients], html }).issues);
  const titlesOf = (kind: 'errors' | 'warnings') =>
    new Set(
      issues
        .flatMap(({ [kind]: byClient }) => [...byClient.values()].flat())
        .map(({ title }) => title),
    );

  test('leave out nothing but what has a fallback', () => {
    expect([...titlesOf('errors')].toSorted()).toEqual(Object.keys(fallbacks).toSorted());
  });

  test('show the rest as it is used here, or nearly so', () => {
    expect([...titlesOf('warnings')].toSorted()).toEqual(Object.keys(enoughInPart).toSorted());
  });
});

/** Each line that a reader of the HTML sees, without the preheader. */
function linesInHtml(html: string): string[] {
  const [, body = ''] = html.split(/<body[^>]*><div[^>]*>[^<]*<\/div>/);
  return body
    .replaceAll(/<\/?(strong|a)\b[^>]*>/g, '')
    .split(/<[^>]*>/)
    .map((line) => line.replaceAll('&#39;', "'").replaceAll('&amp;', '&').trim())
    .filter((line) => line !== '');
}

/** The same of the text: without the marks of its lists and the addresses of its links. */
function linesInText(text: string): string[] {
  return text
    .replaceAll(/:\s+https?:\/\/\S+$/gm, '')
    .split('\n')
    .map((line) => line.replace(/^(\d+\.|-) /, '').toLowerCase())
    .filter((line) => line !== '' && line !== '--');
}
