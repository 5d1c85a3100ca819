import type { FieldErrors } from '../core/action-result.ts';
import { type FormInput, type Forms, parseSignUp } from '../core/forms.ts';
import type { SignUpAnswers } from '../core/pending-link.ts';
import type { Staff } from '../core/staff.ts';
import { type EnrollmentDependencies, enrollWith, previewEnrollment } from './enrollment.ts';

export const maxImportRows = 200;

/** Enough to be done in seconds, and no burst for the table. */
const rowsAtOnce = 10;

export const importOutcomes = ['enrolled', 'unchanged', 'known', 'mistakes'] as const;

export type ImportedRow = {
  /** Counted from one. */
  row: number;
  outcome: (typeof importOutcomes)[number];
  id: string | null;
  errors: FieldErrors;
};

/**
 * Enrolls each row's candidate, some at a time; `isDryRun` only says what would happen, which is a look at those who
 * are here already. The same rows again change nothing, and complete what a crash interrupted. An address counts for
 * the first valid row that has it.
 */
export async function importCandidates(
  dependencies: EnrollmentDependencies,
  staff: Staff,
  forms: Forms,
  inputs: readonly FormInput[],
  { isDryRun }: { isDryRun: boolean },
): Promise<ImportedRow[]> {
  const now = dependencies.clock();
  const firstRows = new Map<string, number>();
  const rows = inputs.map((input, index) => {
    const row = index + 1;
    const parsed = parseSignUp(forms, input, now, 'enrollment');
    if ('fieldErrors' in parsed) return mistakes(row, parsed.fieldErrors);
    const addressId = dependencies.addressIdOf(parsed.values.details.email);
    const first = firstRows.get(addressId);
    if (first !== undefined) return mistakes(row, { email: `Row ${first} has this address, too.` });
    firstRows.set(addressId, row);
    return { row, answers: parsed.values };
  });

  const imported: ImportedRow[] = [];
  const waiting = rows.values();
  async function work() {
    for (const next of waiting)
      imported.push('answers' in next ? await importRow(dependencies, staff, next, isDryRun) : next);
  }
  await Promise.all(Array.from({ length: rowsAtOnce }, work));
  if (isDryRun)
    dependencies.log('list-viewed', {
      by: staff.id,
      filter: 'import',
      rows: imported.filter(({ id }) => id !== null).length,
    });
  return imported.sort((one, other) => one.row - other.row);
}

async function importRow(
  dependencies: EnrollmentDependencies,
  staff: Staff,
  { row, answers }: { row: number; answers: SignUpAnswers },
  isDryRun: boolean,
): Promise<ImportedRow> {
  const outcomes = { created: 'enrolled', changed: 'enrolled', none: 'unchanged' } as const;
  if (isDryRun) {
    const { change, id = null } = await previewEnrollment(dependencies, answers);
    return { row, outcome: change === 'known' ? change : outcomes[change], id, errors: {} };
  }
  const outcome = await enrollWith(dependencies, staff, answers);
  const { id } = outcome.candidate;
  return { row, outcome: outcome.type === 'done' ? outcomes[outcome.change] : 'known', id, errors: {} };
}

function mistakes(row: number, errors: FieldErrors): ImportedRow {
  return { row, outcome: 'mistakes', id: null, errors };
}
