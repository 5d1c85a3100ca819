const dayWidth = 10;

/** The days of the wait as a line: those that are over, today, a dot for each to come, and the date. */
export function DayLine({ done, total }: { done: number; total: number }) {
  const width = total * dayWidth;
  const today = done * dayWidth;
  return (
    <svg class="line" viewBox={`-3 0 ${width + 11} 22`} aria-hidden="true">
      <line class="rest" y1="11" x2={width} y2="11" />
      <line class="done" y1="11" x2={today} y2="11" />
      <circle cx={width} cy="11" r="6" />
      <circle class="today" cx={today} cy="11" r="9" />
    </svg>
  );
}
