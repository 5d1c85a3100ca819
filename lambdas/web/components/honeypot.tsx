/** A field that people don't see but bots fill in; named like nothing a browser fills in by itself. */
export const honeypotField = 'leave-empty';

export function Honeypot() {
  return (
    <div class="trap" aria-hidden="true">
      <label>
        Leave this empty
        <input name={honeypotField} type="text" tabindex={-1} autocomplete="off" />
      </label>
    </div>
  );
}
