import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Rules } from '../../core/rules.ts';
import { allAttempts, confirmedStatusOf, latestAttempt, retakeDate } from '../../core/status.ts';
import { dateIn, type Instant } from '../../core/time.ts';
import type { FormState } from '../components/form-state.ts';
import { Layout } from '../components/layout.tsx';
import { Actions } from './my-page-actions.tsx';
import { Done, EmailState, RefusedAttempt } from './my-page-notices.tsx';
import { MyRecord, NextEmail } from './my-page-record.tsx';
import { Settings } from './my-page-settings.tsx';
import { MyStatus, myPageTitle } from './my-page-status.tsx';
import { CostAndAttempts, StudyTips, StudyToday } from './my-page-study.tsx';

type MyPageContext = {
  candidate: Candidate;
  rules: Rules;
  organization: string;
  token: string;
  now: Instant;
  /** The form that was just saved. */
  done?: string | undefined;
  /** The form that was submitted with errors. */
  invalid?: FormState | undefined;
};

export type MyPageProps = MyPageContext & ReturnType<typeof standingOf>;

/** Where the candidate stands, which decides what each part of the page shows. */
function standingOf({ candidate, rules: { exam }, now }: MyPageContext) {
  return {
    exam,
    status: confirmedStatusOf(candidate, exam, now),
    today: dateIn(candidate.timeZone, now),
    /** The latest one on the current application. */
    attempt: latestAttempt(candidate),
    /** The latest one, also on an earlier application. */
    lastAttempt: allAttempts(candidate).at(-1),
    retakeOn: retakeDate(candidate, exam),
    booked: bookedDate(candidate, exam),
  };
}

export function MyPage(context: MyPageContext) {
  const props = { ...context, ...standingOf(context) };
  const { status, organization, invalid } = props;
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
  const { attempt, booked, today } = props;
  const hasTimeToStudy = booked === undefined || booked > today;
  return (
    <>
      {attempt && <CostAndAttempts {...props} />}
      <StudyToday {...props} />
      {hasTimeToStudy && <StudyTips {...props} />}
    </>
  );
}
