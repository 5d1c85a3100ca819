import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { RetakeRemindersStack } from '../../lib/stack.ts';
import { settingsFrom } from '../../lib/stack-settings.ts';
import { exampleContext, type Template } from './template.ts';

/** The template for these settings over the example ones, without bundling any function. */
export function synthesized(context: Record<string, unknown> = {}, prepare: (app: App) => void = () => {}): Template {
  const outdir = mkdtempSync(path.join(tmpdir(), 'retake-reminders-template-'));
  try {
    const settings = { ...exampleContext(), ...context };
    const app = new App({
      outdir,
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
      context: { ...settings, 'aws:cdk:bundling-stacks': [] },
    });
    const stack = new RetakeRemindersStack(app, 'Service', settingsFrom(settings));
    prepare(app);
    app.synth();
    return JSON.parse(readFileSync(path.join(outdir, stack.templateFile), 'utf8'));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

let example: Template | undefined;

/** The template for the example settings, made once for all files that a worker runs. */
export function exampleTemplate(): Template {
  example ??= synthesized();
  return example;
}
