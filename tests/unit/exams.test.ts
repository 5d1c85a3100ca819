import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { previews } from '../../bin/local/previews.ts';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import type { Exam } from '../../lambdas/core/exam.ts';
import { from } from '../support/email-contents.ts';
import { now } from '../support/steps.ts';

const folder = path.resolve(import.meta.dirname, '../../lambdas/core/exam-facts');
const modules = await Promise.all(
  readdirSync(folder).map(async (file) => (await import(path.join(folder, file))) as Record<string, Exam>),
);
const exams = modules.flatMap((module) => Object.values(module));

describe.each(exams.map((exam) => [exam.name, exam] as const))('the exam %s', (_name, exam) => {
  test('has areas that make up all questions', () => {
    expect(new Set(exam.areas.map(({ key }) => key)).size).toBe(exam.areas.length);
    expect(exam.areas.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
  });

  test('has a study plan as long as the wait, and knows which phase to drop first', () => {
    expect(exam.studyPhases.reduce((sum, { days }) => sum + days, 0)).toBe(exam.waitDays);
    const priorities = exam.studyPhases.map(({ priority }) => priority);
    expect(new Set(priorities).size).toBe(priorities.length);
    expect(exam.studyPhases.at(-1)?.priority).toBe(Math.min(...priorities));
  });

  test('says where its facts come from, and when they were read', () => {
    expect(exam.sources.length).toBeGreaterThan(0);
    for (const { url, read } of exam.sources) {
      expect(url).toMatch(/^https:\/\//);
      expect(read).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
    for (const link of Object.values(exam.links)) expect(link).toMatch(/^https:\/\//);
  });

  test('can be written about in every email', () => {
    const rules = { exam, sendHour: 9 };
    for (const { name, content } of previews({ rules, from }, 'https://retakes.example.org', now))
      expect(`${content.subject} ${content.preheader} ${emailText(content)}`, name).not.toMatch(
        /undefined|NaN|\{areas\}/,
      );
  });
});
