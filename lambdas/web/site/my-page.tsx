import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import type { Rules } from '../../core/rules.ts';
import { confirmedStatusOf, latestAttempt } from '../../core/status.ts';
import { dateIn, type Instant } from '../../core/time.ts';
import type { FormState } from '../components/form-state.ts';
import { Layout } from '../components/layout.tsx';
import { Actions } from './my-page-actions.tsx';
import { Done, EmailState, RefusedAttempt } from './my-page-notices.tsx';
import { MyRecord, NextEmail } from './my-page-record.tsx';
import { Settings } from './my-page-settings.tsx';
import { MyStatus, myPageTitle } from './my-page-status.tsx';
import { CostAndAttempts, StudyTips, StudyToday } from './my-page-study.tsx';

export type MyPageProps = {
  candidate: Candidate;
  rules: Rules;
  exam: Exam;
  organization: string;
  token: string;
  now: Instant;
  /** The form that was just saved. */
  done?: string | undefined;
  /** The form that was submitted with errors. */
  invalid?: FormState | undefined;
};

export function MyPage(props: MyPageProps) {
  const { candidate, exam, now, organization, invalid } = props;
  const status = confirmedStatusOf(candidate, exam, now);
  return (
    <Layout title={myPageTitle} organization={organization} invalid={invalid}>
      <Done {...props} />
      <RefusedAttempt {...props} />
      <MyStatus {...props} />
      <EmailState {...props} />
      <NextEmail {...props} />
      {status === 'waiting' && <Preparing {...props} />}
      <MyRecord {...props} />
      <Actions {...props} />
      {status === 'can-retake' && <Preparing {...props} />}
      <Settings {...props} />
    </Layout>
  );
}

function Preparing(props: MyPageProps) {
  const { candidate, exam, now } = props;
  const attempt = latestAttempt(candidate);
  const booked = bookedDate(candidate, exam);
  const hasTimeToStudy = booked === undefined || booked > dateIn(candidate.timeZone, now);
  return (
    <>
      {attempt && <CostAndAttempts {...props} />}
      <StudyToday {...props} />
      {hasTimeToStudy && <StudyTips exam={exam} lowestAreas={attempt?.lowestAreas ?? []} />}
    </>
  );
}
