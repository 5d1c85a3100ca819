const dayWidth = 10;

/** The days of the wait as a line: those that are over, today, a dot for each to come, and the date. */
export function DayLine({ text, done, total, left }: { text: string; done: number; total: number; left: number }) {
  const width = total * dayWidth;
  const today = done * dayWidth;
  return (
    <>
      <svg class="line" viewBox={`-3 0 ${width + 11} 22`} aria-hidden="true">
        <line class="rest" y1="11" x2={width} y2="11" />
        <line class="done" y1="11" x2={today} y2="11" />
        <circle cx={width} cy="11" r="6" />
        <circle class="today" cx={today} cy="11" r="9" />
      </svg>
      {left > 0 && (
        <p class="ends">
          <span class="quiet">{text}</span> <strong>{daysToGo(left)}</strong>
        </p>
      )}
    </>
  );
}

export function daysToGo(days: number): string {
  return `${days === 1 ? '1 day' : `${days} days`} to go.`;
}
