import { feeSentences, passingScore, planSource, studyTips, timedPractice } from '../../core/exam-content.ts';
import { attemptsUsed } from '../../core/status.ts';
import { planFrom, studyPlan } from '../../core/study-plan.ts';
import { formatPeriod } from '../../core/time.ts';
import { Content } from '../components/page-content.tsx';
import type { MyPageProps } from './my-page.tsx';

/** The fee for this reader and the attempts left in large type, with the small print below. */
export function CostAndAttempts({ candidate, exam }: MyPageProps) {
  const used = attemptsUsed(candidate);
  const left = exam.attemptsPerApplication - used;
  const [yourFee, ...smallPrint] = feeSentences(candidate.membership, exam);
  return (
    <section>
      <h2>Your fee and your attempts</h2>
      <ul class="metrics">
        <li>
          <strong>${exam.retakeFee[candidate.membership]}</strong> {yourFee}
        </li>
        <li>
          <strong>{left} left</strong> You’ve used {used} of {exam.attemptsPerApplication} attempts on this application.
        </li>
      </ul>
      <p class="quiet">{smallPrint.join(' ')}</p>
      <Content blocks={[passingScore(exam)]} />
    </section>
  );
}

/** The reader's own study plan until the retake date, with today's part standing out. */
export function StudyToday({ candidate, exam, today }: MyPageProps) {
  const plan = studyPlan(candidate, exam);
  const [phase, ...ahead] = planFrom(plan, today);
  if (!phase) return null;
  return (
    <section>
      <h2>What to study today</h2>
      <p class="today">{phase.task}</p>
      {ahead.length > 0 && (
        <>
          <h2>Your plan for the days ahead</h2>
          <ol class="plan">
            {ahead.map(({ from, to, task }) => (
              <li>
                <span class="quiet">{formatPeriod(from, to)}</span> {task}
              </li>
            ))}
          </ol>
        </>
      )}
      <Content blocks={timedPractice(plan, today, exam)} />
      <p class="quiet">{planSource}</p>
    </section>
  );
}

export function StudyTips({ exam, attempt }: MyPageProps) {
  return (
    <section>
      <h2>What helps now</h2>
      <Content blocks={studyTips(attempt?.lowestAreas ?? [], exam)} />
    </section>
  );
}
