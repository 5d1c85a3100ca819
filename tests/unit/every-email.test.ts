import { caniemail } from 'caniemail';
import { describe, expect, test } from 'vitest';
import { previews } from '../../bin/local/previews.ts';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import type { EmailContent } from '../../lambdas/core/email-content.ts';
import { rules } from '../support/builders.ts';
import { from, linesOf, linksIn } from '../support/email-contents.ts';
import { highestGrade, longestSentence, proseIn, wordsOf } from '../support/readability.ts';

const origin = 'https://retakes.example.org';
const emails = previews({ rules, from }, origin, '2026-11-23T15:00:00.000Z').map(({ name, content }) => ({
  name,
  content,
  html: emailHtml(content),
  text: emailText(content),
}));
const passingScorePage =
  'https://certilyst.com/resources/faq/what-is-the-passing-score-for-the-medical-assistant-exam/';

/** A kind of email that someone forgot to give a preheader, or gave a long one. */
const withoutPreheader = ['', 'x'.repeat(150)].map((preheader) => {
  const content: EmailContent = { ...emails[0]!.content, preheader };
  return { name: `a preheader of ${preheader.length}`, content, html: emailHtml(content), text: emailText(content) };
});

describe('every email', () => {
  test('is in every variant: both memberships, each attempt, and lowest areas or none', () => {
    const others = ['confirmation', 'booked', 'new application', 'used', 'eve', 'last follow-up', 'erased'];
    const links = ['page link', 'new address', 'address changed'];
    expect(emails).toHaveLength(5 * 16 + others.length + links.length + 2 * ['follow-up', 'notice'].length);
    expect(new Set(emails.map(({ name }) => name)).size).toBe(emails.length);
  });

  test('keeps calm on a lock screen, and private', () => {
    for (const { name, content } of emails) {
      const shown = `${content.subject}\n${content.preheader}`;
      expect(shown, name).not.toMatch(/fail|retake|attempt|score|exam|!|Ana/i);
      expect(shown, name).not.toMatch(/[\r\n]{2}|^\s|\s$/);
    }
  });

  test('has a preheader of its own, which the page does not show, and its subject as the title', () => {
    for (const { name, content, html } of emails) {
      expect(content.preheader.length, name).toBeGreaterThan(10);
      expect(content.preheader, name).not.toBe(content.subject);
      expect(html, name).toMatch(/<body[^>]*><div style="display:none;[^"]*mso-hide:all">[^<]+<\/div>/);
      expect(html, name).toContain(`<title>${content.subject}</title>`);
    }
  });

  test('says in its text and in its HTML just what it is to say, in that order', () => {
    for (const { name, content, html, text } of emails) {
      const lines = linesOf(content);
      expect(linesInHtml(html), name).toEqual(lines);
      const [preheader, ...others] = linesInText(text);
      expect(visible(preheader), name).toBe(content.preheader.toLowerCase());
      expect(others, name).toEqual(lines.map((line) => line.toLowerCase()));
    }
  });

  test.each([...emails, ...withoutPreheader])(
    'shows an inbox its preheader and nothing more: $name',
    ({ content, html, text }) => {
      for (const part of [html.split('<body')[1]?.replace(/^[^>]*>/, '') ?? '', text]) {
        const preview = shownIn(part);
        expect(visible(preview)).toBe(content.preheader);
        expect(preview).toHaveLength(150);
      }
    },
  );

  test('is 600 pixels wide in Outlook for Windows, which knows no greatest width', () => {
    for (const { name, html } of emails) {
      const inOutlook = html.replaceAll(/<!--\[if mso\]>|<!\[endif\]-->/g, '');
      expect(inOutlook, name).toMatch(
        /<td align="center"[^>]*><table [^>]*width="600"[^>]*><tr><td><table [^>]*class="sheet"/,
      );
      for (const one of [html, inOutlook])
        for (const tag of ['table', 'tr', 'td'])
          expect(one.split(`<${tag}`).length, name).toBe(one.split(`</${tag}>`).length);
    }
  });

  test('has the same links in its text and in its HTML, each of them absolute and opened in a new tab', () => {
    for (const { name, content, html, text } of emails) {
      const inHtml = [...html.matchAll(/<a\b[^>]* href="([^"]*)"[^>]* target="_blank"/g)].map(([, href]) =>
        href?.replaceAll('&amp;', '&'),
      );
      expect(html.split(' href=').length - 1, name).toBe(inHtml.length);
      expect(inHtml.length, name).toBeGreaterThan(0);
      expect(inHtml, name).toEqual(linksIn(content));
      expect(
        [...text.matchAll(/\b[a-z]+:\/\/\S+/g)].map(([link]) => link),
        name,
      ).toEqual(inHtml);
      for (const link of inHtml) expect(link, name).toMatch(/^https:\/\/[a-z.-]+\/\S/);
    }
  });

  test('says who writes it, and candidates how to stop it and where the passing score is', () => {
    for (const { name, content } of emails) {
      const links = linksIn(content);
      expect(linesOf(content).at(-1), name).toBe('North Prep School, 12 Elm Street, Springfield, IL 62701');
      expect(links.includes(`${origin}/unsubscribe?token=sample`), name).toBe(
        !/^(confirmation|notice|erased|new-address|address-changed)/.test(name),
      );
      expect(links.includes(passingScorePage), name).toBe(/^(study-plan|reminder|late-reminder)/.test(name));
    }
  });

  test('has no gap, no pass mark, and never the short name of the exam without whose it is', () => {
    for (const { name, content, text } of emails) {
      const all = `${content.subject} ${content.preheader} ${text.replaceAll(/https:\S+/g, '')}`;
      expect(all, name).not.toMatch(/undefined|null|NaN|Invalid|\[object|[{}]|405|430/);
      expect(all.replaceAll(/CMA \(AAMA\)/gi, ''), name).not.toContain('CMA');
    }
  });

  test('loads nothing, names its language, and is far from the 102 KB at which Gmail cuts', () => {
    for (const { name, html } of emails) {
      const [, body = ''] = html.split('</head>');
      expect(html, name).not.toMatch(/<(img|script|link|iframe|object|video|audio)\b/i);
      expect(html, name).not.toMatch(/\ssrc="|url\(|@import/i);
      expect(html, name).toMatch(/^<!DOCTYPE html><html lang="en">/);
      // Webmail drops the html element.
      expect(body, name).toContain(' lang="en"');
      expect(Buffer.byteLength(html), name).toBeLessThan(60 * 1024);
    }
  });

  test('can be read by an eighth-grader, one thought a sentence', () => {
    for (const { name, content } of emails) {
      const { grade, sentences } = proseIn(linesOf(content));
      expect(grade, name).toBeLessThanOrEqual(highestGrade);
      expect(
        sentences.filter((sentence) => wordsOf(sentence).length > longestSentence),
        name,
      ).toEqual([]);
    }
  });
});

/** What someone sees where a feature is missing; the words and links are always there. */
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
  'target attribute': 'Webmail opens every link in a new tab.',
  'word-break': 'In Yahoo, a word longer than its line sticks out.',
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
  'target attribute': 'Programs open every link in the browser.',
  'text-align': 'Only left.',
  'width property': 'In pixels, for the dots of the day line.',
  'text-decoration': 'Only none, on a button.',
  'font-size': 'In pixels.',
  'font-weight': '600 and 700, both bold.',
  'line-height': 'In pixels, with `mso-line-height-rule:exactly`.',
  'word-break': 'Words break anywhere, yet only where they do not fit a line.',
  '<ul>, <ol> and <dl>': 'Neither reversed nor with values.',
};

describe('by the data of caniemail, mail programs', () => {
  const clients = ['gmail.*', 'outlook.*', 'apple-mail.*', 'yahoo.*'] as const;
  const issues = emails.map(({ html }) => caniemail({ clients: [...clients], html }).issues);
  const titlesOf = (kind: 'errors' | 'warnings') =>
    new Set(issues.flatMap(({ [kind]: byClient }) => [...byClient.values()].flat()).map(({ title }) => title));

  test('leave out nothing but what has a fallback', () => {
    expect([...titlesOf('errors')].toSorted()).toEqual(Object.keys(fallbacks).toSorted());
  });

  test('show the rest as it is used here, or nearly so', () => {
    expect([...titlesOf('warnings')].toSorted()).toEqual(Object.keys(enoughInPart).toSorted());
  });
});

/** What an inbox takes from a part: its first 150 characters, without tags. */
function shownIn(part: string): string {
  return part
    .replaceAll(/<!--.*?-->|<[^>]*>/gs, '')
    .replaceAll('&#39;', "'")
    .slice(0, 150);
}

function visible(preview = ''): string {
  return preview.replace(/[\u034f\u200c\u00a0]+$/, '');
}

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
